package io.reseed.demo;

import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import io.reseed.installation.OwnBytes;
import java.nio.ByteBuffer;

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
   * Flips a bit of a backup: in the middle of {@link OwnBytes}. The object is replaced by one of
   * the same length, as a store with a bad disk would serve it.
   */
  static Corruption strike(ObjectStore store, ShardName shard, String backup) {
    ShardName named = shard;
    OwnBytes own = OwnBytes.largest(new Catalogue(store).manifest(named, new BackupId(backup)));
    String key = new RepositoryLayout(named).packKey(own.pack().name());
    long offset = own.place().packOffset() + own.place().storedBytes() / 2;
    flip(store, key, Math.toIntExact(own.pack().sizeBytes()), Math.toIntExact(offset));
    return new Corruption(key, offset, own.file());
  }

  private static void flip(ObjectStore store, String key, int sizeBytes, int offset) {
    ByteBuffer content = ByteBuffer.allocate(sizeBytes);
    store.getRange(key, 0, content);
    content.flip();
    content.put(offset, (byte) (content.get(offset) ^ BIT));
    store.put(key, content);
  }
}
