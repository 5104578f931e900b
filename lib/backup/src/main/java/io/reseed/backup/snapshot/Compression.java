package io.reseed.backup.snapshot;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import org.jspecify.annotations.Nullable;

/** Shrinks bytes as the options say, where they shrink at all. For one thread. */
final class Compression implements AutoCloseable {
  private final @Nullable ZstdCompressCtx zstd;
  private final byte[] shrunk;

  /** For up to so many bytes at a time. */
  Compression(SnapshotOptions options, int rawBytesMax) {
    boolean off = options.zstdLevel() == SnapshotOptions.ZSTD_OFF;
    zstd = off ? null : new ZstdCompressCtx().setLevel(options.zstdLevel()).setChecksum(false);
    shrunk = off ? new byte[0] : new byte[Math.toIntExact(Zstd.compressBound(rawBytesMax))];
  }

  /** How many bytes of {@link #shrunk} they are now; {@code rawBytes} when they do not shrink. */
  int shrink(byte[] raw, int rawBytes) {
    return zstd == null
        ? rawBytes
        : Math.min(rawBytes, zstd.compressByteArray(shrunk, 0, shrunk.length, raw, 0, rawBytes));
  }

  /** What {@link #shrink} wrote last. */
  byte[] shrunk() {
    return shrunk;
  }

  @Override
  public void close() {
    if (zstd != null) {
      zstd.close();
    }
  }
}
