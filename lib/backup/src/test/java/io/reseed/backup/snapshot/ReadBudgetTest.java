package io.reseed.backup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.PageSet;
import io.reseed.backup.format.Sha256;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chains of hundreds of backups, of which only the sizes are followed. */
class ReadBudgetTest {
  private static final int EXTENTS = 60;
  private static final int PAGES = 256;
  private static final int PAGE_STORED = 7_000;
  private static final int WHOLE = PAGES * PAGE_STORED;
  private static final Random RANDOM = new Random(5);

  private final List<Extent> extents = new ArrayList<>();

  /** Bytes sent for each byte of changed pages, and read for each byte of a full backup. */
  private record Ratios(double upload, double reads) {}

  @ParameterizedTest
  @CsvSource({
    // share of pages that change, where; sent at first, and on average over a long chain, at most
    "0.005, uniform, 1.01, 4.2",
    "0.02, uniform, 1.01, 3.5",
    "0.1, uniform, 1.01, 2.7",
    "0.35, uniform, 1.5, 2.0",
    "0.5, uniform, 1.5, 1.7",
    "0.95, uniform, 1.1, 1.1",
    "0.005, hot, 1.01, 3.5",
    "0.02, hot, 1.01, 3.0",
    "0.1, hot, 1.25, 1.8",
    "0.02, same, 1.01, 1.25",
    "0.2, same, 1.25, 1.25"
  })
  void readsStayBoundedAndUploadsAmortise(
      double share, String where, double firstMax, double averageMax) {
    int generations = Math.min(200, (int) (3 / share) + 12);
    fillAnew();
    List<Ratios> ratios = new ArrayList<>();
    for (int generation = 0; generation < generations; generation++) {
      ratios.add(next(changes(share, where)));
    }

    double average = ratios.stream().mapToDouble(Ratios::upload).average().orElseThrow();
    double readsMost = ratios.stream().mapToDouble(Ratios::reads).max().orElseThrow();
    assertThat(readsMost).isLessThanOrEqualTo(ReadBudget.READS_MAX + 0.005);
    assertThat(ratios.getFirst().upload()).isLessThanOrEqualTo(firstMax);
    assertThat(average).isLessThanOrEqualTo(averageMax);
    assertThat(extents).allMatch(ReadBudgetTest::hasFewPatches);
  }

  private void fillAnew() {
    extents.clear();
    for (int i = 0; i < EXTENTS; i++) {
      extents.add(whole());
    }
  }

  private List<BitSet> changes(double share, String where) {
    List<BitSet> changes = new ArrayList<>();
    for (int i = 0; i < EXTENTS; i++) {
      changes.add(new BitSet());
    }
    int all = EXTENTS * PAGES;
    for (int count = 0; count < all * share; count++) {
      int page =
          switch (where) {
            case "uniform" -> RANDOM.nextInt(all);
            case "hot" -> RANDOM.nextInt(RANDOM.nextInt(10) == 0 ? all : all / 10);
            default -> count * 7 % all;
          };
      while (changes.get(page / PAGES).get(page % PAGES)) {
        page = (page + 1) % all;
      }
      changes.get(page / PAGES).set(page % PAGES);
    }
    return changes;
  }

  private Ratios next(List<BitSet> changes) {
    List<ChangedExtent> undecided = new ArrayList<>();
    long changed = 0;
    for (int i = 0; i < EXTENTS; i++) {
      int count = changes.get(i).cardinality();
      changed += count;
      undecided.add(
          new ChangedExtent(
              extents.get(i),
              PAGES,
              PageSet.of(changes.get(i)),
              hash(),
              WHOLE,
              count * PAGE_STORED));
    }
    List<ExtentChoice> chosen =
        ReadBudget.choose(
            undecided.stream().map(ChangedExtent::choices).toList(),
            0,
            (long) (EXTENTS * ReadBudget.READS_MAX * WHOLE));
    long sent = 0;
    long read = 0;
    for (int i = 0; i < EXTENTS; i++) {
      Extent next = made(undecided.get(i), chosen.get(i).action());
      sent += sent(extents.get(i), next);
      read += next.storedBytes();
      extents.set(i, next);
    }
    return new Ratios(
        (double) sent / (changed * PAGE_STORED), (double) read / ((long) EXTENTS * WHOLE));
  }

  private static Extent made(ChangedExtent extent, ExtentChoice.Action action) {
    return switch (action) {
      case ExtentChoice.Keep _ -> extent.before();
      case ExtentChoice.Whole _ -> whole();
      case ExtentChoice.PatchOn patch -> {
        BitSet pages = extent.changed().bits();
        patch.above().forEach(each -> pages.or(each.pages().bits()));
        List<Extent.Patch> patches = new ArrayList<>(patch.below());
        patches.add(
            new Extent.Patch(PageSet.of(pages), place(pages.cardinality() * PAGE_STORED), hash()));
        yield new Extent.Patched(
            PAGES * (16L << 10), 16 << 10, WHOLE, hash(), extent.base(), patches);
      }
    };
  }

  private static long sent(Extent before, Extent next) {
    return switch (next) {
      case Extent.Patched patched when !next.equals(before) ->
          patched.patches().getLast().place().storedBytes();
      case Extent.Stored stored when !next.equals(before) -> stored.storedBytes();
      default -> 0;
    };
  }

  private static boolean hasFewPatches(Extent extent) {
    return !(extent instanceof Extent.Patched patched) || patched.patches().size() <= 12;
  }

  private static Extent.Stored whole() {
    return new Extent.Stored(PAGES * (16L << 10), place(WHOLE), hash());
  }

  private static Extent.Place place(int bytes) {
    return new Extent.Place(Extent.Encoding.ZSTD, 0, 0, bytes);
  }

  private static Sha256 hash() {
    return new Sha256(RANDOM.nextLong(), RANDOM.nextLong(), RANDOM.nextLong(), RANDOM.nextLong());
  }
}
