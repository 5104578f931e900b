package io.reseed.backup.store;

/**
 * How many bytes a second may be read from stores and written to them, by all jobs together that
 * have this in their options. May be changed by any thread at any time: running jobs follow at
 * once. What is paced is a request: one whole pack or range passes at the speed of the network, and
 * the next waits. So over a time t at most {@code t × limit} and one request pass; a request that
 * is tried again counts once.
 */
public final class Bandwidth {
  /** No limit. */
  public static final long UNLIMITED = 0;

  private final BandwidthLimit reads;
  private final BandwidthLimit writes;

  /**
   * Limits from now on.
   *
   * @param readBytesPerSecond more than zero, or {@link #UNLIMITED}
   * @param writeBytesPerSecond the same
   */
  public Bandwidth(long readBytesPerSecond, long writeBytesPerSecond) {
    this.reads = new BandwidthLimit(readBytesPerSecond);
    this.writes = new BandwidthLimit(writeBytesPerSecond);
  }

  /** Without limits for now. */
  public static Bandwidth unlimited() {
    return new Bandwidth(UNLIMITED, UNLIMITED);
  }

  /** Holds from now on; {@link #UNLIMITED} lifts it. */
  public void limitReads(long bytesPerSecond) {
    reads.set(bytesPerSecond);
  }

  /** Holds from now on; {@link #UNLIMITED} lifts it. */
  public void limitWrites(long bytesPerSecond) {
    writes.set(bytesPerSecond);
  }

  /** Bytes per second, or {@link #UNLIMITED}. */
  public long readBytesPerSecond() {
    return reads.get();
  }

  /** Bytes per second, or {@link #UNLIMITED}. */
  public long writeBytesPerSecond() {
    return writes.get();
  }

  /** The store, whose puts and gets wait for their turn; closing it closes the store. */
  public ObjectStore within(ObjectStore store) {
    return new PacedStore(store, reads, writes);
  }
}
