package io.reseed.backup.restore;

import io.reseed.backup.store.Bandwidth;

/**
 * How a restore reads and writes. In-flight bytes are bounded by {@code parallelism ×
 * readBytesMax}, connections by {@code parallelism}, open files by twice that.
 *
 * @param parallelism reads under way at one time
 * @param readBytesMax neighbouring extents of a pack are read together up to this, with their
 *     patches
 * @param batchBytes restored bytes after which files are made durable and the journal is written:
 *     what a crash loses at most, apart from what is in flight
 * @param memoryBytesMax what all buffers may take together: less is done at one time where extents
 *     are so long that they would take more, down to one read
 * @param bandwidth what the job may read; may be changed while it runs
 */
public record RestoreOptions(
    int parallelism, int readBytesMax, long batchBytes, long memoryBytesMax, Bandwidth bandwidth) {
  private static final long MEMORY_BYTES_MAX = 192L << 20;

  /** Checks the bounds. */
  public RestoreOptions {
    if (parallelism < 1 || parallelism > 256) {
      throw new IllegalArgumentException("parallelism must be 1 to 256: " + parallelism);
    }
    if (readBytesMax < 4_096 || readBytesMax > 1 << 29 || batchBytes < 1 || memoryBytesMax < 1) {
      throw new IllegalArgumentException(
          "readBytesMax must be 4 KiB to 512 MiB, batchBytes and memoryBytesMax above 0");
    }
  }

  /** With at most 192 MiB of buffers, and without limits of bandwidth for now. */
  public RestoreOptions(int parallelism, int readBytesMax, long batchBytes) {
    this(parallelism, readBytesMax, batchBytes, MEMORY_BYTES_MAX, Bandwidth.unlimited());
  }

  /** These options within that bandwidth, which several jobs may share. */
  public RestoreOptions withBandwidth(Bandwidth shared) {
    return new RestoreOptions(parallelism, readBytesMax, batchBytes, memoryBytesMax, shared);
  }

  /** These options with another bound of memory. */
  public RestoreOptions withMemory(long bytesMax) {
    return new RestoreOptions(parallelism, readBytesMax, batchBytes, bytesMax, bandwidth);
  }

  /** 8 reads of up to 8 MiB; durable every 128 MiB. */
  public static RestoreOptions defaults() {
    return new RestoreOptions(8, 8 << 20, 128L << 20);
  }
}
