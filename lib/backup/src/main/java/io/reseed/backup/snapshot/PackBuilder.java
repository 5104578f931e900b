package io.reseed.backup.snapshot;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Fills one pack after another with the extents of one worker. For one thread. */
final class PackBuilder implements AutoCloseable {
  private static final int NONE = -1;

  private final PackUploads uploads;
  private final ZstdCompressCtx compressor;
  private final byte[] pack;
  private final byte[] compressed;
  private int number = NONE;
  private int filledBytes;

  PackBuilder(PackUploads uploads, SnapshotOptions options) {
    this.uploads = uploads;
    this.compressor = new ZstdCompressCtx().setLevel(options.zstdLevel()).setChecksum(false);
    this.pack = new byte[options.packBytes()];
    this.compressed = new byte[Math.toIntExact(Zstd.compressBound(options.extentBytes()))];
  }

  /** Takes in the first {@code rawBytes} of {@code raw}; may send the pack filled so far. */
  Extent add(byte[] raw, int rawBytes) {
    if (isZero(raw, rawBytes)) {
      return new Extent.Zero(rawBytes);
    }
    Sha256 sha256 = Sha256.of(ByteBuffer.wrap(raw, 0, rawBytes));
    int shrunk = compressor.compressByteArray(compressed, 0, compressed.length, raw, 0, rawBytes);
    boolean plain = shrunk >= rawBytes;
    int storedBytes = plain ? rawBytes : shrunk;
    if (storedBytes > pack.length - filledBytes) {
      flush();
    }
    if (number == NONE) {
      number = uploads.nextNumber();
    }
    System.arraycopy(plain ? raw : compressed, 0, pack, filledBytes, storedBytes);
    Extent.Encoding encoding = plain ? Extent.Encoding.PLAIN : Extent.Encoding.ZSTD;
    Extent extent = new Extent.Stored(rawBytes, encoding, number, filledBytes, storedBytes, sha256);
    filledBytes += storedBytes;
    return extent;
  }

  /** Sends what was filled in, if anything. */
  void flush() {
    if (number != NONE) {
      uploads.upload(number, ByteBuffer.wrap(pack, 0, filledBytes));
      number = NONE;
      filledBytes = 0;
    }
  }

  private static boolean isZero(byte[] raw, int length) {
    // equal to itself moved by one byte: all bytes are the same
    return raw[0] == 0 && Arrays.equals(raw, 0, length - 1, raw, 1, length);
  }

  @Override
  public void close() {
    compressor.close();
  }
}
