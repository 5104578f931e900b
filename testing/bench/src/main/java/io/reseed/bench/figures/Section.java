package io.reseed.bench.figures;

import java.util.List;
import java.util.Locale;

/**
 * One kind of work in the document: its heading, what is told about it, and its results.
 *
 * @param id names its place in the document and its plot
 * @param remarks how it was measured, a sentence or more
 * @param table further figures as Markdown; may be empty
 */
public record Section(String id, String title, String remarks, List<Result> results, String table) {
  /** Copies the list. */
  public Section {
    results = List.copyOf(results);
  }

  /** One without further figures. */
  public Section(String id, String title, String remarks, List<Result> results) {
    this(id, title, remarks, results, "");
  }

  /** As Markdown, with the plot that lies in {@code plotPath}. */
  public String markdown(String plotPath) {
    StringBuilder text = new StringBuilder();
    text.append("## ").append(title).append("\n\n").append(remarks).append("\n\n");
    results.forEach(result -> append(text, result));
    text.append(table);
    if (!results.isEmpty()) {
      text.append("![").append(title).append("](").append(plotPath).append(")\n");
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Result result) {
    text.append("### ").append(result.conditions()).append("\n\n");
    text.append("| | seconds | min … max | runs | MB/s | MB moved | × Reseed's time |\n");
    text.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    double ours = result.ours().seconds().median();
    for (Entry entry : result.entries()) {
      Spread seconds = entry.seconds();
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %.2f | %.2f … %.2f | %d | %.0f | %s | %.2f |\n",
              label(entry),
              seconds.median(),
              seconds.min(),
              seconds.max(),
              seconds.count(),
              entry.megabytesPerSecond(),
              moved(entry),
              seconds.median() / ours));
    }
    text.append('\n');
    for (Goal goal : result.goals()) {
      goal.judge(result)
          .ifPresent(
              judgement ->
                  text.append("- ")
                      .append(judgement.met() ? "reached: " : "**not reached**: ")
                      .append(judgement.text())
                      .append('\n'));
    }
    result.absent().forEach(reason -> text.append("- absent: ").append(reason).append('\n'));
    text.append('\n');
  }

  private static String label(Entry entry) {
    return switch (entry.role()) {
      case OURS -> "**" + entry.name() + "**";
      case BASELINE -> "_" + entry.name() + "_";
      case PEER -> entry.name();
    };
  }

  private static String moved(Entry entry) {
    long bytes = entry.bytesMoved();
    return bytes == 0 ? "–" : String.format(Locale.ROOT, "%.1f", bytes / 1e6);
  }
}
