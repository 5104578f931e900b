package io.reseed.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Sha256;
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
    for (int i = 0; i < count; i++) {
      int stored = 1 + random.nextInt(1_500);
      long gap = random.nextInt(3) == 0 ? random.nextInt(50) : 0;
      extents.add(
          new StoredExtent(
              i,
              0,
              0,
              new Extent.Stored(stored, Extent.Encoding.PLAIN, i / 20, end + gap, stored, HASH)));
      end += gap + stored;
    }
    Collections.shuffle(extents, random);

    List<RangeRead> reads = RangeRead.plan(extents, READ_BYTES_MAX);

    assertThat(reads.stream().flatMap(read -> read.extents().stream()))
        .containsExactlyInAnyOrderElementsOf(extents);
    for (RangeRead read : reads) {
      long at = read.packOffset();
      for (StoredExtent extent : read.extents()) {
        assertThat(extent.extent().pack()).isEqualTo(read.pack());
        assertThat(extent.extent().packOffset()).isEqualTo(at);
        at += extent.extent().storedBytes();
      }
      assertThat(at - read.packOffset()).isEqualTo(read.storedBytes());
      assertThat(read.storedBytes() <= READ_BYTES_MAX || read.extents().size() == 1).isTrue();
    }
    assertThat(neighboursLeftApart(reads)).isEmpty();
  }

  /** Reads that could have been one: the plan asks for no more requests than it must. */
  private static List<RangeRead> neighboursLeftApart(List<RangeRead> reads) {
    List<RangeRead> apart = new ArrayList<>();
    for (int i = 1; i < reads.size(); i++) {
      RangeRead left = reads.get(i - 1);
      RangeRead right = reads.get(i);
      boolean touches =
          left.pack() == right.pack()
              && left.packOffset() + left.storedBytes() == right.packOffset();
      int first = right.extents().getFirst().extent().storedBytes();
      if (touches && left.storedBytes() + first <= READ_BYTES_MAX) {
        apart.add(right);
      }
    }
    return apart;
  }
}
