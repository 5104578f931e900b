package io.reseed.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Extent.Place;
import io.reseed.backup.format.PageSet;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.restore.RangeRead.Piece;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RangeReadTest {
  private static final Sha256 HASH = Sha256.of(new byte[0]);
  private static final int READ_BYTES_MAX = 1_000;

  @Property(tries = 200)
  void everyExtentIsReadOnceInRangesWithoutGaps(
      @ForAll long seed, @ForAll @IntRange(max = 60) int count) {
    Random random = new Random(seed);
    List<StoredExtent> extents = new ArrayList<>();
    long end = 0;
    long patchEnd = 0;
    for (int i = 0; i < count; i++) {
      int stored = 1 + random.nextInt(900);
      long gap = random.nextInt(3) == 0 ? random.nextInt(50) : 0;
      Extent.Stored base = stored(i / 20, end + gap, stored);
      end += gap + stored;
      Extent extent = base;
      if (random.nextBoolean()) {
        int length = 1 + random.nextInt(200);
        extent = patched(base, new Place(Extent.Encoding.PLAIN, 7, patchEnd, length));
        patchEnd += length;
      }
      extents.add(new StoredExtent(i, 0, 0, extent));
    }
    Collections.shuffle(extents, random);

    List<RangeRead> reads = RangeRead.plan(extents, READ_BYTES_MAX);

    assertThat(reads.stream().flatMap(read -> read.extents().stream()))
        .containsExactlyInAnyOrderElementsOf(extents);
    for (RangeRead read : reads) {
      Piece bases = read.pieces().getFirst();
      long at = bases.first().packOffset();
      for (StoredExtent extent : read.extents()) {
        Place place = extent.base().place();
        assertThat(place.pack()).isEqualTo(bases.first().pack());
        assertThat(place.packOffset()).isEqualTo(at);
        at = place.end();
      }
      assertThat(at).isEqualTo(bases.end());
      assertThat(read.storedBytes() <= READ_BYTES_MAX || read.extents().size() == 1).isTrue();
      assertThat(read.storedBytes())
          .isEqualTo(read.extents().stream().mapToLong(e -> e.extent().storedBytes()).sum());
      assertThat(placesOf(read)).doesNotHaveDuplicates();
    }
    assertThat(neighboursLeftApart(reads)).isEmpty();
  }

  /** Reads that could have been one: the plan asks for no more requests than it must. */
  private static List<RangeRead> neighboursLeftApart(List<RangeRead> reads) {
    List<RangeRead> apart = new ArrayList<>();
    for (int i = 1; i < reads.size(); i++) {
      RangeRead left = reads.get(i - 1);
      RangeRead right = reads.get(i);
      Piece end = left.pieces().getFirst();
      Place begin = right.pieces().getFirst().first();
      boolean touches = end.first().pack() == begin.pack() && end.end() == begin.packOffset();
      long first = right.extents().getFirst().extent().storedBytes();
      if (touches && left.storedBytes() + first <= READ_BYTES_MAX) {
        apart.add(right);
      }
    }
    return apart;
  }

  private static List<Integer> placesOf(RangeRead read) {
    List<Integer> positions = new ArrayList<>();
    for (StoredExtent extent : read.extents()) {
      positions.add(read.positionOf(extent.base().place()));
      extent.patches().forEach(patch -> positions.add(read.positionOf(patch.place())));
    }
    return positions;
  }

  private static Extent.Stored stored(int pack, long offset, int length) {
    return new Extent.Stored(length, new Place(Extent.Encoding.PLAIN, pack, offset, length), HASH);
  }

  private static Extent patched(Extent.Stored base, Place place) {
    Extent.Patch patch = new Extent.Patch(PageSet.parse("8"), place, HASH);
    return new Extent.Patched(base.rawBytes(), 4_096, 1, HASH, base, List.of(patch));
  }
}
