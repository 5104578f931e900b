package io.reseed.backup.restore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Extents that lie next to one another in a pack and are read with one request.
 *
 * @param extents in the order of their place in the pack, without gaps
 */
record RangeRead(List<StoredExtent> extents) {
  private static final Comparator<StoredExtent> BY_PLACE =
      Comparator.comparingInt((StoredExtent extent) -> extent.extent().pack())
          .thenComparingLong(extent -> extent.extent().packOffset());

  static List<RangeRead> plan(List<StoredExtent> wanted, int readBytesMax) {
    List<RangeRead> reads = new ArrayList<>();
    List<StoredExtent> group = new ArrayList<>();
    for (StoredExtent next : wanted.stream().sorted(BY_PLACE).toList()) {
      if (!group.isEmpty() && !joins(group, next, readBytesMax)) {
        reads.add(new RangeRead(List.copyOf(group)));
        group.clear();
      }
      group.add(next);
    }
    if (!group.isEmpty()) {
      reads.add(new RangeRead(List.copyOf(group)));
    }
    return reads;
  }

  private static boolean joins(List<StoredExtent> group, StoredExtent next, int readBytesMax) {
    StoredExtent first = group.getFirst();
    StoredExtent last = group.getLast();
    return first.extent().pack() == next.extent().pack()
        && last.packEnd() == next.extent().packOffset()
        && next.packEnd() - first.extent().packOffset() <= readBytesMax;
  }

  int pack() {
    return extents.getFirst().extent().pack();
  }

  long packOffset() {
    return extents.getFirst().extent().packOffset();
  }

  int storedBytes() {
    return (int) (extents.getLast().packEnd() - packOffset());
  }
}
