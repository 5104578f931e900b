package io.reseed.backup.restore;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.store.ObjectStore;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads extents from packs and lets only those through that hash right. For one thread. */
final class ExtentReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExtentReader.class);

  private final ObjectStore store;
  private final Manifest manifest;
  private final LongAdder bytesTransferred;
  private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
  private byte[] stored = new byte[0];
  private byte[] raw = new byte[0];

  ExtentReader(ObjectStore store, Manifest manifest, LongAdder bytesTransferred) {
    this.store = store;
    this.manifest = manifest;
    this.bytesTransferred = bytesTransferred;
  }

  /** Reads the range into this reader's buffer. */
  void fetch(RangeRead read) {
    if (stored.length < read.storedBytes()) {
      stored = new byte[read.storedBytes()];
    }
    fetch(read.extents().getFirst(), read.packOffset(), 0, read.storedBytes());
  }

  /**
   * One extent of the range fetched last, checked. One that does not hold is read once more: the
   * network or the store may have failed us, not the pack.
   *
   * @return its raw bytes, until the next call
   */
  ByteBuffer extent(RangeRead read, StoredExtent wanted) {
    int at = (int) (wanted.extent().packOffset() - read.packOffset());
    String fault = decode(wanted.extent(), at);
    if (fault != null) {
      LOG.warn(
          "Extent read once more pack={} file={} fault={}",
          packName(wanted),
          manifest.files().get(wanted.fileIndex()).path(),
          fault);
      fetch(wanted, wanted.extent().packOffset(), at, wanted.extent().storedBytes());
      fault = decode(wanted.extent(), at);
    }
    if (fault != null) {
      throw corrupt(wanted, fault, null);
    }
    return ByteBuffer.wrap(raw, 0, (int) wanted.extent().rawBytes());
  }

  private void fetch(StoredExtent first, long packOffset, int at, int length) {
    String key = new RepositoryLayout(manifest.header().shard()).packKey(packName(first));
    try {
      store.getRange(key, packOffset, ByteBuffer.wrap(stored, at, length));
    } catch (BackupException e) {
      switch (e.code()) {
        case OBJECT_MISSING ->
            throw new BackupException(
                FailureCode.PACK_MISSING,
                where(first) + ": the pack is not in the store",
                "Take another backup; find out who deleted the pack.",
                e);
        case OBJECT_TOO_SHORT -> throw corrupt(first, "the pack is shorter than listed", e);
        default -> throw e;
      }
    }
    bytesTransferred.add(length);
  }

  /** Null when the extent holds; otherwise what is wrong with it. */
  private @Nullable String decode(Extent.Stored extent, int at) {
    int rawBytes = (int) extent.rawBytes();
    if (raw.length < rawBytes) {
      raw = new byte[rawBytes];
    }
    switch (extent.encoding()) {
      case PLAIN -> System.arraycopy(stored, at, raw, 0, rawBytes);
      case ZSTD -> {
        try {
          int decoded =
              decompressor.decompressByteArray(raw, 0, rawBytes, stored, at, extent.storedBytes());
          if (decoded != rawBytes) {
            return "it decompresses to " + decoded + " bytes, not " + rawBytes;
          }
        } catch (ZstdException e) {
          return "it does not decompress: " + e.getMessage();
        }
      }
    }
    Sha256 found = Sha256.of(ByteBuffer.wrap(raw, 0, rawBytes));
    return found.equals(extent.sha256()) ? null : "it hashes to " + found;
  }

  private BackupException corrupt(
      StoredExtent extent, String fault, @Nullable BackupException cause) {
    return new BackupException(
        FailureCode.PACK_CORRUPT,
        where(extent) + ": " + fault,
        "Mark backup " + manifest.header().id() + " unhealthy and take another one.",
        cause);
  }

  private String where(StoredExtent extent) {
    return "extent at byte %d of %s, %d bytes at %d of %s"
        .formatted(
            extent.fileOffset(),
            manifest.files().get(extent.fileIndex()).path(),
            extent.extent().storedBytes(),
            extent.extent().packOffset(),
            packName(extent));
  }

  private String packName(StoredExtent extent) {
    return manifest.packs().get(extent.extent().pack()).name();
  }

  @Override
  public void close() {
    decompressor.close();
  }
}
