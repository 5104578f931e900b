package io.reseed.backup.restore;

/**
 * How a restore reads and writes. Memory is bounded by about {@code parallelism × (readBytesMax +
 * the longest extent)}.
 *
 * @param parallelism reads under way at one time
 * @param readBytesMax neighbouring extents of a pack are read together up to this, with their
 *     patches
 * @param batchBytes restored bytes after which files are made durable and the journal is written:
 *     what a crash loses at most, apart from what is in flight
 */
public record RestoreOptions(int parallelism, int readBytesMax, long batchBytes) {
  /** Checks the bounds. */
  public RestoreOptions {
    if (parallelism < 1 || parallelism > 256) {
      throw new IllegalArgumentException("parallelism must be 1 to 256: " + parallelism);
    }
    if (readBytesMax < 4_096 || readBytesMax > 1 << 29 || batchBytes < 1) {
      throw new IllegalArgumentException("readBytesMax must be 4 KiB to 512 MiB, batchBytes > 0");
    }
  }

  /** 8 reads of up to 8 MiB; durable every 128 MiB. */
  public static RestoreOptions defaults() {
    return new RestoreOptions(8, 8 << 20, 128L << 20);
  }
}
