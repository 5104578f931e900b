package io.reseed.backup.verify;

/**
 * How the store is read. Buffers take about {@code parallelism × (readBytesMax + 6 × the longest
 * extent)}; besides, the parts to read take some 300 bytes each, and one manifest at a time is
 * held.
 *
 * @param parallelism reads under way at one time
 * @param readBytesMax neighbouring parts of a pack are read together up to this
 */
public record VerifyOptions(int parallelism, int readBytesMax) {
  /** Checks the bounds. */
  public VerifyOptions {
    if (parallelism < 1 || parallelism > 256) {
      throw new IllegalArgumentException("parallelism must be 1 to 256: " + parallelism);
    }
    if (readBytesMax < 4_096 || readBytesMax > 1 << 29) {
      throw new IllegalArgumentException("readBytesMax must be 4 KiB to 512 MiB");
    }
  }

  /** 4 reads of up to 8 MiB. */
  public static VerifyOptions defaults() {
    return new VerifyOptions(4, 8 << 20);
  }
}
