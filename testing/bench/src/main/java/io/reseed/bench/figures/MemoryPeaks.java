package io.reseed.bench.figures;

import java.util.List;
import java.util.Locale;

/**
 * Most resident bytes of a process with one job, over several sizes of data.
 *
 * @param job e.g. {@code restore}
 */
public record MemoryPeaks(String job, List<Size> sizes) {
  private static final double GROWTH_MAX = 1.1;
  private static final double PEAK_MAX = 300e6;

  /**
   * One size.
   *
   * @param bytes of files
   * @param peaks of several processes, in bytes
   */
  public record Size(long bytes, Spread peaks) {}

  /** Copies. */
  public MemoryPeaks {
    sizes = List.copyOf(sizes);
  }

  /** A table with the goals below it. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("| ").append(job).append(" of | MB resident at most | min … max | runs |\n");
    text.append("| ---: | ---: | ---: | ---: |\n");
    for (Size size : sizes) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %.0f MB | %.0f | %.0f … %.0f | %d |\n",
              size.bytes / 1e6,
              size.peaks.median() / 1e6,
              size.peaks.min() / 1e6,
              size.peaks.max() / 1e6,
              size.peaks.count()));
    }
    double most = sizes.stream().mapToDouble(size -> size.peaks.median()).max().orElse(0);
    text.append('\n')
        .append(
            goal(
                most <= PEAK_MAX,
                String.format(Locale.ROOT, "%.0f MB at most (goal ≤ 300)", most / 1e6)));
    if (sizes.size() > 1) {
      double least = sizes.stream().mapToDouble(size -> size.peaks.median()).min().orElse(1);
      double growth = most / least;
      text.append(
          goal(
              growth <= GROWTH_MAX,
              String.format(Locale.ROOT, "sizes differ by %.2f × (goal ≤ 1.10)", growth)));
    }
    return text.append('\n').toString();
  }

  private static String goal(boolean met, String figure) {
    return "- " + (met ? "reached: " : "**not reached**: ") + figure + "\n";
  }
}
