package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.PageHashes;
import io.reseed.backup.format.PageHashes.PageSize;
import io.reseed.backup.format.PageSet;
import io.reseed.backup.format.Sha256;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Fills one pack after another with the extents and patches of one worker. For one thread. */
final class PackBuilder implements AutoCloseable {
  private static final int NONE = -1;
  private static final int TABLE_BYTES_MIN = 64 << 10;

  private final PackUploads uploads;
  private final SnapshotOptions options;
  private final PageSize pageSize;
  private final Compression compression;
  private final int packBytes;
  private final int tableBytesMax;
  private final byte[] pack;
  private final byte[] pages;
  private final PageHashes.Collector table = new PageHashes.Collector();
  private final List<Extent.Stored> parts = new ArrayList<>();
  private int number = NONE;
  private int filledBytes;

  PackBuilder(PackUploads uploads, SnapshotOptions options, PageSize pageSize) {
    this.uploads = uploads;
    this.options = options;
    this.pageSize = pageSize;
    this.compression = new Compression(options, options.extentBytes());
    this.packBytes = options.packBytes() + uploads.overheadBytes();
    this.tableBytesMax = packBytes / 64 + TABLE_BYTES_MIN;
    this.pack = new byte[packBytes + tableBytesMax + uploads.overheadBytes()];
    this.pages = new byte[options.extentBytes()];
  }

  /** How it is built. */
  SnapshotOptions options() {
    return options;
  }

  /** Takes in the first {@code rawBytes} of {@code raw}; may send the pack filled so far. */
  Extent.Stored addWhole(byte[] raw, int rawBytes, Sha256 sha256) {
    return new Extent.Stored(rawBytes, placed(raw, rawBytes, sha256), sha256);
  }

  /** Takes in some pages of {@code raw}; may send the pack filled so far. */
  Extent.Patch addPatch(byte[] raw, PageSet wanted) {
    int rawBytes = 0;
    for (int page = wanted.next(0); page >= 0; page = wanted.next(page + 1)) {
      System.arraycopy(raw, page * pageSize.bytes(), pages, rawBytes, pageSize.bytes());
      rawBytes += pageSize.bytes();
    }
    Sha256 sha256 = Sha256.of(ByteBuffer.wrap(pages, 0, rawBytes));
    return new Extent.Patch(wanted, placed(pages, rawBytes, sha256), sha256);
  }

  /** What {@link #addWhole} would take; the pack stays as it is. */
  int wholeBytes(byte[] raw, int rawBytes) {
    return compression.shrink(raw, rawBytes) + uploads.overheadBytes();
  }

  /** Where it lies since an earlier run of this snapshot; else it goes into the pack. */
  private Extent.Place placed(byte[] raw, int rawBytes, Sha256 sha256) {
    Optional<Extent.Place> earlier = uploads.findEarlier(sha256, rawBytes);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    Extent.Place place = add(raw, rawBytes);
    parts.add(new Extent.Stored(rawBytes, place, sha256));
    return place;
  }

  private Extent.Place add(byte[] raw, int rawBytes) {
    int contentBytes = compression.shrink(raw, rawBytes);
    boolean plain = contentBytes == rawBytes;
    int storedBytes = contentBytes + uploads.overheadBytes();
    boolean hashed = rawBytes % pageSize.bytes() == 0;
    boolean fits =
        storedBytes <= packBytes - filledBytes
            && table.sizeWith(pageSize.pagesOf(rawBytes)) <= tableBytesMax;
    if (!fits) {
      flush();
    }
    if (number == NONE) {
      number = uploads.nextNumber();
    }
    uploads.seal(
        number,
        filledBytes,
        ByteBuffer.wrap(plain ? raw : compression.shrunk(), 0, contentBytes),
        ByteBuffer.wrap(pack, filledBytes, storedBytes));
    if (hashed) {
      table.add(filledBytes, pageSize, PageHashes.of(raw, rawBytes, pageSize));
    }
    Extent.Encoding encoding = plain ? Extent.Encoding.PLAIN : Extent.Encoding.ZSTD;
    Extent.Place place =
        new Extent.Place(encoding, uploads.indexOf(number), filledBytes, storedBytes);
    filledBytes += storedBytes;
    return place;
  }

  /** Sends what was filled in, if anything, with the hashes of its pages. */
  void flush() {
    if (number != NONE) {
      byte[] hashes = table.take();
      int tableBytes = hashes.length == 0 ? 0 : hashes.length + uploads.overheadBytes();
      if (tableBytes > 0) {
        uploads.seal(
            number,
            filledBytes,
            ByteBuffer.wrap(hashes),
            ByteBuffer.wrap(pack, filledBytes, tableBytes));
      }
      uploads.upload(number, ByteBuffer.wrap(pack, 0, filledBytes + tableBytes), tableBytes, parts);
      parts.clear();
      number = NONE;
      filledBytes = 0;
    }
  }

  @Override
  public void close() {
    compression.close();
  }
}
