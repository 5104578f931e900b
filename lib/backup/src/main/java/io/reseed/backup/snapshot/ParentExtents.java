package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.FileEntry;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.RootedPath;
import io.reseed.backup.format.Sha256;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parent's extents that a new backup may refer to: those whose every part lies in a pack that
 * is there and was not written by an untrusted backup. Not changed once the snapshot has begun.
 */
final class ParentExtents {
  private final Map<RootedPath, Map<Long, Extent>> byPlace = new HashMap<>();
  private final Map<Sha256, Found> byContent = new HashMap<>();

  /** An extent of the parent, and where it was. */
  record Found(RootedPath path, long offset, Extent extent) {}

  /** There is no parent. */
  ParentExtents() {}

  /** Those of the parent; {@code present} are the packs that are in the store. */
  ParentExtents(SnapshotParent parent, Set<PackEntry> present) {
    List<PackEntry> packs = parent.manifest().packs();
    BitSet usable = new BitSet();
    for (int i = 0; i < packs.size(); i++) {
      String name = packs.get(i).name();
      boolean trusted =
          parent.untrusted().stream().noneMatch(id -> RepositoryLayout.isWrittenBy(name, id));
      usable.set(i, trusted && present.contains(packs.get(i)));
    }
    parent.manifest().files().forEach(file -> add(file, usable));
  }

  private void add(FileEntry file, BitSet usable) {
    Map<Long, Extent> extents = new HashMap<>();
    byPlace.put(file.path(), extents);
    long offset = 0;
    for (Extent extent : file.extents()) {
      Sha256 sha256 =
          switch (extent) {
            case Extent.Zero _ -> null;
            case Extent.Stored stored -> isUsable(stored, usable) ? stored.sha256() : null;
            case Extent.Patched patched -> isUsable(patched, usable) ? patched.sha256() : null;
          };
      if (sha256 != null) {
        extents.put(offset, extent);
        byContent.putIfAbsent(sha256, new Found(file.path(), offset, extent));
      }
      offset += extent.rawBytes();
    }
  }

  private static boolean isUsable(Extent.Stored stored, BitSet usable) {
    return usable.get(stored.place().pack());
  }

  private static boolean isUsable(Extent.Patched patched, BitSet usable) {
    return isUsable(patched.base(), usable)
        && patched.patches().stream().allMatch(patch -> usable.get(patch.place().pack()));
  }

  /** Paths that the parent has. */
  Set<RootedPath> paths() {
    return byPlace.keySet();
  }

  /** What began at that place of that file. */
  @Nullable Extent at(RootedPath path, long offset) {
    Map<Long, Extent> extents = byPlace.get(path);
    return extents == null ? null : extents.get(offset);
  }

  /** Any with exactly these bytes. */
  @Nullable Found of(Sha256 sha256, long rawBytes) {
    Found found = byContent.get(sha256);
    return found == null || found.extent().rawBytes() != rawBytes ? null : found;
  }

  /** From now on, {@code path} stands for what the parent had under another name. */
  void renamed(RootedPath from, RootedPath path) {
    byPlace.put(path, Map.copyOf(byPlace.getOrDefault(from, Map.of())));
  }
}
