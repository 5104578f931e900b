package io.reseed.backup.store;

import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/** Lets bodies wait for their turn; what has none passes at once. */
final class PacedStore implements ObjectStore {
  private final ObjectStore store;
  private final BandwidthLimit reads;
  private final BandwidthLimit writes;

  PacedStore(ObjectStore store, BandwidthLimit reads, BandwidthLimit writes) {
    this.store = store;
    this.reads = reads;
    this.writes = writes;
  }

  @Override
  public PutOutcome putIfAbsent(String key, ByteBuffer content) {
    pass(writes, content);
    return store.putIfAbsent(key, content);
  }

  @Override
  public String put(String key, ByteBuffer content) {
    pass(writes, content);
    return store.put(key, content);
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer target) {
    pass(reads, target);
    store.getRange(key, offset, target);
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return store.head(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectInfo> consumer) {
    store.list(prefix, consumer);
  }

  @Override
  public void delete(String key) {
    store.delete(key);
  }

  @Override
  public void close() {
    store.close();
  }

  private static void pass(BandwidthLimit limit, ByteBuffer body) {
    try {
      limit.pass(body.remaining());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackupException(
          FailureCode.CANCELLED,
          "interrupted while waiting for bandwidth",
          "Run the job again.",
          e);
    }
  }
}
