package io.reseed.backup.snapshot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Chooses for all extents together how each goes into the backup, so that little is sent and what a
 * restore reads stays within a bound. Begins with what sends least; then, as long as too much would
 * be read, takes that step next which saves most reads for each byte sent. What saves very much is
 * done in any case.
 */
final class ReadBudget {
  /** Below the 1.3 that is promised, since sizes are estimates at first. */
  static final double READS_MAX = 1.25;

  /** When it is decided anew, because patches turned out longer. */
  static final double READS_MAX_AGAIN = 1.27;

  private static final double ALWAYS_WORTH = 8;

  private final List<List<ExtentChoice>> choices;
  private final int[] chosen;
  private final PriorityQueue<Step> steps =
      new PriorityQueue<>(Comparator.comparingDouble(Step::gain).reversed());
  private long readBytes;

  private ReadBudget(List<List<ExtentChoice>> choices, long readBytes) {
    this.choices =
        choices.stream()
            .map(
                each ->
                    each.stream()
                        .sorted(
                            Comparator.comparingLong(ExtentChoice::uploadBytes)
                                .thenComparingLong(ExtentChoice::readBytes))
                        .toList())
            .toList();
    this.chosen = new int[choices.size()];
    this.readBytes = readBytes;
  }

  /** From what is chosen for an extent to another of its choices. */
  private record Step(int extent, int to, double gain) {}

  /**
   * One choice for each extent.
   *
   * @param choices of each extent
   * @param fixedReadBytes what is read for all the other extents, which have no choice
   * @param readBytesMax what may be read for all of them together
   */
  static List<ExtentChoice> choose(
      List<List<ExtentChoice>> choices, long fixedReadBytes, long readBytesMax) {
    return new ReadBudget(choices, fixedReadBytes).choose(readBytesMax);
  }

  private List<ExtentChoice> choose(long readBytesMax) {
    for (int extent = 0; extent < chosen.length; extent++) {
      readBytes += chosen(extent).readBytes();
      addBestStep(extent);
    }
    for (Step step = steps.poll(); step != null; step = steps.poll()) {
      if (readBytes <= readBytesMax && step.gain() < ALWAYS_WORTH) {
        break;
      }
      readBytes -= chosen(step.extent()).readBytes();
      chosen[step.extent()] = step.to();
      readBytes += chosen(step.extent()).readBytes();
      addBestStep(step.extent());
    }
    List<ExtentChoice> all = new ArrayList<>();
    for (int extent = 0; extent < chosen.length; extent++) {
      all.add(chosen(extent));
    }
    return all;
  }

  private ExtentChoice chosen(int extent) {
    return choices.get(extent).get(chosen[extent]);
  }

  private void addBestStep(int extent) {
    ExtentChoice from = chosen(extent);
    int best = chosen[extent];
    double bestGain = 0;
    for (int to = chosen[extent] + 1; to < choices.get(extent).size(); to++) {
      ExtentChoice other = choices.get(extent).get(to);
      long saved = from.readBytes() - other.readBytes();
      double gain = saved / (double) Math.max(1, other.uploadBytes() - from.uploadBytes());
      if (gain > bestGain) {
        bestGain = gain;
        best = to;
      }
    }
    if (bestGain > 0) {
      steps.add(new Step(extent, best, bestGain));
    }
  }
}
