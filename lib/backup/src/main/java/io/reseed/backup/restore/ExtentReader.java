package io.reseed.backup.restore;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.part.PartDecoder;
import io.reseed.backup.part.PartDecoder.StoredPart;
import io.reseed.backup.work.PastPageCache;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads extents from packs, patches them, and lets only those through that hash right. For one
 * thread.
 */
final class ExtentReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExtentReader.class);

  private final PackReads packs;
  private final Manifest manifest;
  private final LongAdder bytesTransferred;
  private final PartDecoder decoder = new PartDecoder();
  private final Arena memory = Arena.ofConfined();
  private final ByteBuffer raw;
  private long extentsReadAgain;
  private byte[] stored = new byte[0];
  private @Nullable ByteBuffer patch;

  /**
   * A reader of extents.
   *
   * @param rawBytesMax of the longest extent or base that will be read
   */
  ExtentReader(PackReads packs, Manifest manifest, LongAdder bytesTransferred, int rawBytesMax) {
    this.packs = packs;
    this.manifest = manifest;
    this.bytesTransferred = bytesTransferred;
    this.raw = PastPageCache.buffer(memory, rawBytesMax);
  }

  /** What is wrong, and with which of an extent's places. */
  private record Fault(Extent.Place place, String what) {}

  /** Reads the bases and patches into this reader's buffer. */
  void fetch(RangeRead read) {
    stored = atLeast(stored, read.storedBytes());
    for (RangeRead.Piece piece : read.pieces()) {
      fetch(piece.owner(), piece.first(), piece.at(), piece.length());
    }
  }

  /**
   * One extent of what was fetched last, checked. One that does not hold is read once more: the
   * network or the store may have failed us, not the pack.
   *
   * @return its raw bytes, until the next call; fit to be written past the page cache
   */
  ByteBuffer extent(RangeRead read, StoredExtent wanted) {
    Fault fault = decode(read, wanted);
    if (fault != null) {
      LOG.warn(
          "Extent read once more pack={} file={} fault={}",
          packName(fault.place()),
          manifest.files().get(wanted.fileIndex()).path(),
          fault.what());
      fetchAgain(read, wanted, wanted.base().place());
      wanted.patches().forEach(each -> fetchAgain(read, wanted, each.place()));
      fault = decode(read, wanted);
      extentsReadAgain += fault == null ? 1 : 0;
    }
    if (fault != null) {
      throw corrupt(wanted, fault, null);
    }
    return raw.slice(0, (int) wanted.extent().rawBytes());
  }

  /** How many extents did not hold at first, and then did. */
  long extentsReadAgain() {
    return extentsReadAgain;
  }

  private void fetchAgain(RangeRead read, StoredExtent owner, Extent.Place place) {
    fetch(owner, place, read.positionOf(place), place.storedBytes());
  }

  private void fetch(StoredExtent owner, Extent.Place first, int at, int length) {
    String key = new RepositoryLayout(manifest.header().shard()).packKey(packName(first));
    try {
      packs.store().getRange(key, first.packOffset(), ByteBuffer.wrap(stored, at, length));
    } catch (FailureException e) {
      switch (e.code()) {
        case OBJECT_MISSING ->
            throw new FailureException(
                FailureCode.PACK_MISSING,
                where(owner, first) + ": the pack is not in the store",
                "Take another backup; find out who deleted the pack.",
                e);
        case OBJECT_TOO_SHORT ->
            throw corrupt(owner, new Fault(first, "the pack is shorter than listed"), e);
        default -> throw e;
      }
    }
    bytesTransferred.add(length);
  }

  /** Null when the extent holds; otherwise what is wrong with it. */
  private @Nullable Fault decode(RangeRead read, StoredExtent wanted) {
    Fault fault = decodeBase(read, wanted);
    if (fault != null || !(wanted.extent() instanceof Extent.Patched patched)) {
      return fault == null ? hashFault(wanted.base()) : fault;
    }
    for (Extent.Patch each : patched.patches()) {
      fault = decodePatch(read, patched, each);
      if (fault != null) {
        return fault;
      }
      copyPages(patched.pageBytes(), each);
    }
    Sha256 found = sha256(raw, patched.rawBytes());
    return found.equals(patched.sha256()) ? null : faultyPart(read, wanted, patched);
  }

  private @Nullable Fault decodeBase(RangeRead read, StoredExtent wanted) {
    Extent.Stored base = wanted.base();
    return decode(read, base.place(), (int) base.rawBytes(), raw);
  }

  private @Nullable Fault decodePatch(RangeRead read, Extent.Patched patched, Extent.Patch wanted) {
    int rawBytes = wanted.pages().count() * patched.pageBytes();
    return decode(read, wanted.place(), rawBytes, patch());
  }

  /** Where a patch is decoded to, which is no longer than an extent; most restores need none. */
  private ByteBuffer patch() {
    ByteBuffer buffer = patch;
    if (buffer == null) {
      buffer = PastPageCache.buffer(memory, raw.capacity());
      patch = buffer;
    }
    return buffer;
  }

  private void copyPages(int pageBytes, Extent.Patch wanted) {
    int from = 0;
    for (int page = wanted.pages().next(0); page >= 0; page = wanted.pages().next(page + 1)) {
      raw.put(page * pageBytes, patch(), from, pageBytes);
      from += pageBytes;
    }
  }

  private @Nullable Fault hashFault(Extent.Stored base) {
    Sha256 found = sha256(raw, base.rawBytes());
    return found.equals(base.sha256()) ? null : new Fault(base.place(), "it hashes to " + found);
  }

  /** Which part it was, once the whole does not hold. */
  private Fault faultyPart(RangeRead read, StoredExtent wanted, Extent.Patched patched) {
    Fault fault = decodeBase(read, wanted);
    if (fault == null) {
      fault = hashFault(patched.base());
    }
    for (Extent.Patch each : patched.patches()) {
      if (fault == null) {
        fault = decodePatch(read, patched, each);
      }
      if (fault == null) {
        Sha256 found = sha256(patch(), (long) each.pages().count() * patched.pageBytes());
        fault =
            found.equals(each.sha256()) ? null : new Fault(each.place(), "it hashes to " + found);
      }
    }
    return fault != null
        ? fault
        : new Fault(
            patched.patches().getLast().place(), "base and patches hold, what they make does not");
  }

  private @Nullable Fault decode(
      RangeRead read, Extent.Place place, int rawBytes, ByteBuffer target) {
    ByteBuffer sealed = ByteBuffer.wrap(stored, read.positionOf(place), place.storedBytes());
    StoredPart part = new StoredPart(packName(place), place, sealed);
    String fault = decoder.decode(packs.keys(), part, target.limit(rawBytes).position(0));
    target.clear();
    return fault == null ? null : new Fault(place, fault);
  }

  private FailureException corrupt(
      StoredExtent extent, Fault fault, @Nullable FailureException cause) {
    return new FailureException(
        FailureCode.PACK_CORRUPT,
        where(extent, fault.place()) + ": " + fault.what(),
        "Mark backup " + manifest.header().id() + " unhealthy and take another one.",
        cause);
  }

  private String where(StoredExtent extent, Extent.Place place) {
    return "%s at byte %d of %s, %d bytes at %d of %s"
        .formatted(
            place.equals(extent.base().place()) ? "extent" : "patch of the extent",
            extent.fileOffset(),
            manifest.files().get(extent.fileIndex()).path(),
            place.storedBytes(),
            place.packOffset(),
            packName(place));
  }

  private String packName(Extent.Place place) {
    return manifest.packs().get(place.pack()).name();
  }

  private static Sha256 sha256(ByteBuffer bytes, long length) {
    return Sha256.of(bytes.slice(0, (int) length));
  }

  /** A buffer that is long enough; what the old one held may be lost. */
  private static byte[] atLeast(byte[] buffer, long length) {
    return buffer.length < length ? new byte[(int) length] : buffer;
  }

  @Override
  public void close() {
    decoder.close();
    memory.close();
  }
}
