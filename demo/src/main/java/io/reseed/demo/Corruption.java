package io.reseed.demo;

import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.format.BackupId;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.FileEntry;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.store.ObjectStore;
import io.reseed.events.ShardName;
import java.nio.ByteBuffer;
import java.util.Comparator;

/**
 * One bit that turned over in the object store.
 *
 * @param key the object
 * @param offset of the byte in it
 * @param file whose bytes these are
 */
record Corruption(String key, long offset, String file) {
  private static final int BIT = 0x10;

  /**
   * Flips a bit of a backup: in the middle of the largest extent that it reads. The object is
   * replaced by one of the same length, as a store with a bad disk would serve it.
   */
  static Corruption strike(ObjectStore store, ShardName shard, String backup) {
    io.reseed.backup.format.ShardName named =
        new io.reseed.backup.format.ShardName(shard.cluster(), shard.shard());
    Manifest manifest = new Catalogue(store).manifest(named, new BackupId(backup));
    FileEntry file =
        manifest.files().stream()
            .max(Comparator.comparingLong(entry -> largest(entry)))
            .filter(entry -> largest(entry) > 0)
            .orElseThrow(() -> new IllegalStateException(backup + " stores no bytes"));
    Extent.Stored extent =
        file.extents().stream()
            .filter(Extent.Stored.class::isInstance)
            .map(Extent.Stored.class::cast)
            .max(Comparator.comparingLong(Extent.Stored::storedBytes))
            .orElseThrow();
    PackEntry pack = manifest.packs().get(extent.place().pack());
    String key = new RepositoryLayout(named).packKey(pack.name());
    long offset = extent.place().packOffset() + extent.storedBytes() / 2;
    flip(store, key, Math.toIntExact(pack.sizeBytes()), Math.toIntExact(offset));
    return new Corruption(key, offset, file.path().toString());
  }

  private static long largest(FileEntry file) {
    return file.extents().stream()
        .mapToLong(extent -> extent instanceof Extent.Stored stored ? stored.storedBytes() : 0)
        .max()
        .orElse(0);
  }

  private static void flip(ObjectStore store, String key, int sizeBytes, int offset) {
    ByteBuffer content = ByteBuffer.allocate(sizeBytes);
    store.getRange(key, 0, content);
    content.flip();
    content.put(offset, (byte) (content.get(offset) ^ BIT));
    store.put(key, content);
  }
}
