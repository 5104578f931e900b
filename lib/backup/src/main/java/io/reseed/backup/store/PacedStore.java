package io.reseed.backup.store;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;

/** Lets bodies wait for their turn; what has none passes at once. */
final class PacedStore extends ForwardingStore {
  private final BandwidthLimit reads;
  private final BandwidthLimit writes;

  PacedStore(ObjectStore store, BandwidthLimit reads, BandwidthLimit writes) {
    super(store);
    this.reads = reads;
    this.writes = writes;
  }

  @Override
  public PutOutcome putIfAbsent(String key, ByteBuffer content) {
    pass(writes, content);
    return super.putIfAbsent(key, content);
  }

  @Override
  public String put(String key, ByteBuffer content) {
    pass(writes, content);
    return super.put(key, content);
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer target) {
    pass(reads, target);
    super.getRange(key, offset, target);
  }

  private static void pass(BandwidthLimit limit, ByteBuffer body) {
    try {
      limit.pass(body.remaining());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          FailureCode.CANCELLED,
          "interrupted while waiting for bandwidth",
          "Run the job again.",
          e);
    }
  }
}
