package io.reseed.backup.verify;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.part.PartDecoder;
import io.reseed.backup.part.PartDecoder.StoredPart;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.verify.VerifyReport.Fault;
import io.reseed.backup.verify.VerifyReport.Kind;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Reads parts and lets only those through that hash right. For one thread. */
final class PartReader implements AutoCloseable {
  private final ObjectStore store;
  private final LongAdder bytesRead;
  private final PartDecoder decoder = new PartDecoder();
  private byte[] window = new byte[0];
  private byte[] single = new byte[0];
  private byte[] raw = new byte[0];
  private byte[] whole = new byte[0];

  PartReader(ObjectStore store, LongAdder bytesRead) {
    this.store = store;
    this.bytesRead = bytesRead;
  }

  /**
   * Reads all of a window; false when its pack is not there or too short, whichever part that is.
   */
  boolean fetch(Task.Window wanted) {
    window = atLeast(window, wanted.storedBytes());
    StoredAt first = wanted.parts().getFirst().at();
    try {
      read(first, ByteBuffer.wrap(window, 0, wanted.storedBytes()));
      return true;
    } catch (FailureException e) {
      return switch (e.code()) {
        case OBJECT_MISSING, OBJECT_TOO_SHORT -> false;
        default -> throw e;
      };
    }
  }

  /**
   * A part of the window that was fetched last.
   *
   * @return its raw bytes, until the next call
   */
  ByteBuffer part(Task.Window of, Part wanted) throws BadPart {
    int at = (int) (wanted.at().offset() - of.parts().getFirst().at().offset());
    int length = wanted.content().place().storedBytes();
    String fault = decode(wanted.backup(), wanted.content(), ByteBuffer.wrap(window, at, length));
    // the network or the store may have failed us, not the pack
    return fault == null ? rawOf(wanted.content()) : part(wanted.backup(), wanted.content());
  }

  /** A part by itself, read once more when it does not hold. */
  ByteBuffer part(OpenedBackup backup, Part.Content wanted) throws BadPart {
    StoredAt at = backup.at(wanted.place());
    String fault = fetchAndDecode(backup, wanted);
    if (fault != null) {
      fault = fetchAndDecode(backup, wanted);
    }
    if (fault != null) {
      throw new BadPart(at, fault(wanted.place(), Kind.DAMAGED, fault));
    }
    return rawOf(wanted);
  }

  /** An extent's bytes as a restore makes them, until the next call. */
  ByteBuffer extent(OpenedBackup backup, Extent extent) throws BadPart {
    return switch (extent) {
      case Extent.Zero _ -> throw new IllegalArgumentException("a zero extent is not read");
      case Extent.Stored stored -> part(backup, Part.Content.of(stored));
      case Extent.Patched patched -> {
        whole = atLeast(whole, patched.rawBytes());
        patch(backup, patched);
        yield ByteBuffer.wrap(whole, 0, (int) patched.rawBytes());
      }
    };
  }

  private void patch(OpenedBackup backup, Extent.Patched wanted) throws BadPart {
    Extent.Stored base = wanted.base();
    whole = atLeast(whole, base.rawBytes());
    part(backup, Part.Content.of(base)).get(whole, 0, rawBytes(base));
    int pageBytes = wanted.pageBytes();
    for (Extent.Patch each : wanted.patches()) {
      ByteBuffer pages = part(backup, Part.Content.of(wanted, each));
      for (int page = each.pages().next(0); page >= 0; page = each.pages().next(page + 1)) {
        pages.get(whole, page * pageBytes, pageBytes);
      }
    }
    Sha256 found = Sha256.of(ByteBuffer.wrap(whole, 0, (int) wanted.rawBytes()));
    if (!found.equals(wanted.sha256())) {
      Extent.Place last = wanted.patches().getLast().place();
      throw new BadPart(
          backup.at(last),
          fault(last, Kind.WRONG_RESULT, "base and patches hold, what they make does not"));
    }
  }

  private @Nullable String fetchAndDecode(OpenedBackup backup, Part.Content wanted) throws BadPart {
    Extent.Place place = wanted.place();
    single = atLeast(single, place.storedBytes());
    ByteBuffer stored = ByteBuffer.wrap(single, 0, place.storedBytes());
    StoredAt at = backup.at(place);
    try {
      read(at, stored);
    } catch (FailureException e) {
      switch (e.code()) {
        case OBJECT_MISSING ->
            throw new BadPart(at, fault(place, Kind.PACK_MISSING, "the pack is not in the store"));
        case OBJECT_TOO_SHORT ->
            throw new BadPart(
                at, fault(place, Kind.PACK_TOO_SHORT, "the pack is shorter than listed"));
        default -> throw e;
      }
    }
    return decode(backup, wanted, stored.flip());
  }

  private void read(StoredAt at, ByteBuffer target) {
    int length = target.remaining();
    store.getRange(at.packKey(), at.offset(), target);
    bytesRead.add(length);
  }

  /** Null when the part holds; then its raw bytes are in this reader's buffer. */
  private @Nullable String decode(OpenedBackup backup, Part.Content wanted, ByteBuffer stored) {
    Extent.Place place = wanted.place();
    raw = atLeast(raw, wanted.rawBytes());
    StoredPart part = new StoredPart(backup.packs().get(place.pack()).name(), place, stored);
    String fault = decoder.decode(backup.keys(), part, rawOf(wanted));
    if (fault != null) {
      return fault;
    }
    Sha256 found = Sha256.of(rawOf(wanted));
    return found.equals(wanted.sha256()) ? null : "it hashes to " + found;
  }

  private ByteBuffer rawOf(Part.Content wanted) {
    return ByteBuffer.wrap(raw, 0, wanted.rawBytes());
  }

  private static int rawBytes(Extent.Stored stored) {
    return (int) stored.rawBytes();
  }

  static Fault fault(Extent.Place place, Kind kind, String message) {
    return new Fault(place.packOffset(), place.storedBytes(), kind, message);
  }

  private static byte[] atLeast(byte[] buffer, long length) {
    return buffer.length < length ? Arrays.copyOf(buffer, (int) length) : buffer;
  }

  @Override
  public void close() {
    decoder.close();
  }
}
