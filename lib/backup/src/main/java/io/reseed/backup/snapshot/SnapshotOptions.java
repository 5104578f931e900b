package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;
import io.reseed.backup.store.Bandwidth;

/**
 * How a snapshot is cut and sent. Memory is bounded by {@link #memoryBytes}, in-flight bytes by
 * {@code parallelism × packBytes}; connections and open files by {@code parallelism} each.
 *
 * @param extentBytes length of every extent but a file's last
 * @param packBytes a pack is sent once it has this many bytes
 * @param parallelism packs filled and sent at one time
 * @param zstdLevel 1 is fast; higher ones cost much time for few bytes; {@link #ZSTD_OFF} stores
 *     everything as it is. What does not shrink is stored as it is at any level
 * @param bandwidth what the job may read and write; may be changed while it runs
 */
public record SnapshotOptions(
    int extentBytes, int packBytes, int parallelism, int zstdLevel, Bandwidth bandwidth) {
  /** Nothing is compressed. */
  public static final int ZSTD_OFF = 0;

  private static final int ZSTD_LEVEL_MAX = 19;
  private static final int BUFFERS_OF_EXTENTS = 3;

  /** Checks the bounds. */
  public SnapshotOptions {
    if (extentBytes < 4_096 || extentBytes > Extent.RAW_BYTES_MAX) {
      throw new IllegalArgumentException("extentBytes must be 4 KiB to 64 MiB: " + extentBytes);
    }
    if (packBytes < extentBytes || packBytes > 1 << 29) {
      throw new IllegalArgumentException("packBytes must be extentBytes to 512 MiB: " + packBytes);
    }
    if (parallelism < 1 || parallelism > 64 || outside(zstdLevel)) {
      throw new IllegalArgumentException("parallelism must be 1 to 64 and zstdLevel 0 to 19");
    }
  }

  /** Without limits of bandwidth for now. */
  public SnapshotOptions(int extentBytes, int packBytes, int parallelism, int zstdLevel) {
    this(extentBytes, packBytes, parallelism, zstdLevel, Bandwidth.unlimited());
  }

  private static boolean outside(int zstdLevel) {
    return zstdLevel < ZSTD_OFF || zstdLevel > ZSTD_LEVEL_MAX;
  }

  /** These options within that bandwidth, which several jobs may share. */
  public SnapshotOptions withBandwidth(Bandwidth shared) {
    return new SnapshotOptions(extentBytes, packBytes, parallelism, zstdLevel, shared);
  }

  /** These options at another level. */
  public SnapshotOptions withZstdLevel(int level) {
    return new SnapshotOptions(extentBytes, packBytes, parallelism, level, bandwidth);
  }

  /**
   * What the buffers of a snapshot take at most, whatever the size of the backup. Its manifest is
   * kept besides: some 200 bytes for each extent, less than 0.01 % of the data at 4 MiB.
   */
  public long memoryBytes() {
    return parallelism * bufferBytes(extentBytes, packBytes);
  }

  /**
   * These options, with packs made shorter and then with less done at one time until the buffers
   * take at most that.
   *
   * @throws IllegalArgumentException when that is too little for one extent and its pack
   */
  public SnapshotOptions withinMemory(long memoryBytesMax) {
    for (int threads = parallelism; threads > 0; threads--) {
      // packs as short as an extent cost many requests, so threads go first below a half
      for (int bytes : new int[] {packBytes, packBytes / 2, packBytes / 4}) {
        if (bytes >= extentBytes && threads * bufferBytes(extentBytes, bytes) <= memoryBytesMax) {
          return new SnapshotOptions(extentBytes, bytes, threads, zstdLevel, bandwidth);
        }
      }
    }
    if (bufferBytes(extentBytes, extentBytes) <= memoryBytesMax) {
      return new SnapshotOptions(extentBytes, extentBytes, 1, zstdLevel, bandwidth);
    }
    throw new IllegalArgumentException(
        "a snapshot in extents of "
            + extentBytes
            + " bytes needs more memory than "
            + memoryBytesMax);
  }

  private static long bufferBytes(int extentBytes, int packBytes) {
    // the pack with its table, what is read, picked out of it and compressed, a sample of pages
    long table = packBytes / 32L + (128 << 10);
    long sample = 2 * 64L * Math.min(extentBytes, 64 << 10);
    long compressed = extentBytes / 64L + (64 << 10);
    return packBytes + table + BUFFERS_OF_EXTENTS * (long) extentBytes + compressed + sample;
  }

  /** Extents of 4 MiB, packs of 16 MiB, 4 at a time, zstd −1: buffers of 147 MiB. */
  public static SnapshotOptions defaults() {
    return new SnapshotOptions(4 << 20, 16 << 20, 4, 1);
  }
}
