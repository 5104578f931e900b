package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;

/**
 * How a snapshot is cut and sent. Memory is bounded by about {@code parallelism × (packBytes + 3 ×
 * extentBytes)}.
 *
 * @param extentBytes length of every extent but a file's last
 * @param packBytes a pack is sent once it has this many bytes
 * @param parallelism packs filled and sent at one time
 * @param zstdLevel 1 is fast; higher ones cost much time for few bytes
 */
public record SnapshotOptions(int extentBytes, int packBytes, int parallelism, int zstdLevel) {
  /** Checks the bounds. */
  public SnapshotOptions {
    if (extentBytes < 4_096 || extentBytes > Extent.RAW_BYTES_MAX) {
      throw new IllegalArgumentException("extentBytes must be 4 KiB to 64 MiB: " + extentBytes);
    }
    if (packBytes < extentBytes || packBytes > 1 << 29) {
      throw new IllegalArgumentException("packBytes must be extentBytes to 512 MiB: " + packBytes);
    }
    if (parallelism < 1 || parallelism > 64 || zstdLevel < 1 || zstdLevel > 19) {
      throw new IllegalArgumentException("parallelism must be 1 to 64 and zstdLevel 1 to 19");
    }
  }

  /** Extents of 4 MiB, packs of 32 MiB, 4 at a time, zstd −1. */
  public static SnapshotOptions defaults() {
    return new SnapshotOptions(4 << 20, 32 << 20, 4, 1);
  }
}
