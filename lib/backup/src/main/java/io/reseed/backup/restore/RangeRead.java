package io.reseed.backup.restore;

import io.reseed.backup.format.Extent.Patch;
import io.reseed.backup.format.Extent.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Extents whose bases lie next to one another in a pack and are read with one request. Their
 * patches were written together, too, and are read with few more.
 *
 * @param extents in the order of their bases' places, without gaps
 * @param pieces what is read: the bases, then the patches
 */
record RangeRead(List<StoredExtent> extents, List<Piece> pieces) {
  private static final Comparator<Place> BY_PLACE =
      Comparator.comparingInt(Place::pack).thenComparingLong(Place::packOffset);

  /**
   * One request.
   *
   * @param owner whose place is first in it
   * @param first where it begins
   * @param end where it ends in the pack
   * @param at where its bytes go among all that is read
   */
  record Piece(StoredExtent owner, Place first, long end, int at) {
    int length() {
      return (int) (end - first.packOffset());
    }

    boolean has(Place place) {
      return place.pack() == first.pack()
          && place.packOffset() >= first.packOffset()
          && place.end() <= end;
    }
  }

  private record Owned(StoredExtent owner, Place place) {}

  static List<RangeRead> plan(List<StoredExtent> wanted, int readBytesMax) {
    List<RangeRead> reads = new ArrayList<>();
    List<StoredExtent> group = new ArrayList<>();
    long groupBytes = 0;
    Comparator<StoredExtent> byBase =
        Comparator.comparing(extent -> extent.base().place(), BY_PLACE);
    for (StoredExtent next : wanted.stream().sorted(byBase).toList()) {
      groupBytes += next.extent().storedBytes();
      if (!group.isEmpty() && !(touches(group.getLast(), next) && groupBytes <= readBytesMax)) {
        reads.add(of(group));
        group.clear();
        groupBytes = next.extent().storedBytes();
      }
      group.add(next);
    }
    if (!group.isEmpty()) {
      reads.add(of(group));
    }
    return reads;
  }

  private static boolean touches(StoredExtent last, StoredExtent next) {
    Place end = last.base().place();
    Place begin = next.base().place();
    return end.pack() == begin.pack() && end.end() == begin.packOffset();
  }

  private static RangeRead of(List<StoredExtent> group) {
    List<Piece> pieces = new ArrayList<>();
    Place begin = group.getFirst().base().place();
    add(pieces, new Owned(group.getFirst(), begin), group.getLast().base().place().end());
    List<Owned> patches = new ArrayList<>();
    for (StoredExtent extent : group) {
      for (Patch patch : extent.patches()) {
        patches.add(new Owned(extent, patch.place()));
      }
    }
    patches.sort(Comparator.comparing(Owned::place, BY_PLACE));
    for (int from = 0, to = 0; from < patches.size(); from = to) {
      Owned first = patches.get(from);
      long end = first.place().end();
      for (to = from + 1; to < patches.size() && joins(first, end, patches.get(to)); to++) {
        end = Math.max(end, patches.get(to).place().end());
      }
      add(pieces, first, end);
    }
    return new RangeRead(List.copyOf(group), List.copyOf(pieces));
  }

  /** Touching only: bytes of patches that no longer count are not read. */
  private static boolean joins(Owned first, long end, Owned next) {
    return first.place().pack() == next.place().pack() && next.place().packOffset() <= end;
  }

  private static void add(List<Piece> pieces, Owned first, long end) {
    int at = pieces.isEmpty() ? 0 : pieces.getLast().at() + pieces.getLast().length();
    pieces.add(new Piece(first.owner(), first.place(), end, at));
  }

  /** How many bytes are read in all. */
  int storedBytes() {
    return pieces.getLast().at() + pieces.getLast().length();
  }

  /** Where the bytes of a place of one of the extents are among all that is read. */
  int positionOf(Place place) {
    for (Piece piece : pieces) {
      if (piece.has(place)) {
        return piece.at() + (int) (place.packOffset() - piece.first().packOffset());
      }
    }
    throw new IllegalStateException("not in this read: " + place);
  }
}
