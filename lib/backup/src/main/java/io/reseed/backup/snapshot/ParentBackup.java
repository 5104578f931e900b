package io.reseed.backup.snapshot;

import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.PageHashes.PageSize;
import io.reseed.backup.format.PageIndex;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.RootedPath;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.store.ObjectStore;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a snapshot knows of the backup that it builds on. */
final class ParentBackup {
  private static final int PROBES = 4;

  private final Manifest manifest;
  private final ParentExtents extents;
  private final ParentPages pages;

  private ParentBackup(Manifest manifest, ParentExtents extents, ParentPages pages) {
    this.manifest = manifest;
    this.extents = extents;
    this.pages = pages;
  }

  /** Looks which of the parent's packs are there. */
  static ParentBackup open(
      ObjectStore store, SnapshotParent parent, PackKeys keys, PageSize pageSize) {
    Manifest manifest = parent.manifest();
    ParentExtents extents = new ParentExtents(parent, present(store, manifest));
    return new ParentBackup(manifest, extents, new ParentPages(store, manifest, keys, pageSize));
  }

  private static Set<PackEntry> present(ObjectStore store, Manifest manifest) {
    RepositoryLayout layout = new RepositoryLayout(manifest.header().shard());
    Map<String, PackEntry> wanted = new HashMap<>();
    manifest.packs().forEach(pack -> wanted.put(layout.packKey(pack.name()), pack));
    Set<PackEntry> present = new HashSet<>();
    store.list(
        layout.packsPrefix(),
        object -> {
          PackEntry pack = wanted.get(object.key());
          if (pack != null && pack.sizeBytes() == object.sizeBytes()) {
            present.add(pack);
          }
        });
    return present;
  }

  List<PackEntry> packs() {
    return manifest.packs();
  }

  PageIndex index() {
    return manifest.pages();
  }

  ParentComparison comparison(PageSize pageSize) {
    return new ParentComparison(extents, pages, pageSize, manifest.pages().lsnMax());
  }

  /**
   * Finds files that have another name than in the parent, by some of their extents, so that those
   * of their extents that did change can be patched, too.
   */
  void findRenamed(List<SourceFile> files, int extentBytes) throws InterruptedException {
    Set<RootedPath> gone = new HashSet<>(extents.paths());
    files.forEach(file -> gone.remove(file.path()));
    for (SourceFile file : files) {
      if (!gone.isEmpty() && !extents.paths().contains(file.path())) {
        findRenamed(file, extentBytes, gone);
      }
    }
  }

  private void findRenamed(SourceFile file, int extentBytes, Set<RootedPath> gone)
      throws InterruptedException {
    long count = file.sizeBytes() / extentBytes;
    byte[] raw = new byte[extentBytes];
    for (int probe = 0; probe < Math.min(count, PROBES); probe++) {
      long offset = count * probe / Math.min(count, PROBES) * extentBytes;
      file.read(offset, ByteBuffer.wrap(raw));
      ParentExtents.Found found = extents.of(Sha256.of(raw), extentBytes);
      if (found != null && found.offset() == offset && gone.remove(found.path())) {
        extents.renamed(found.path(), file.path());
        return;
      }
    }
  }
}
