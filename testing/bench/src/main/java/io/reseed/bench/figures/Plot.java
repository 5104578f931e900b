package io.reseed.bench.figures;

import java.util.List;
import java.util.Locale;

/** Draws a section as SVG: a bar for each contestant's median, a line from its min to its max. */
public final class Plot {
  private static final int WIDTH = 760;
  private static final int LEFT = 230;
  private static final int RIGHT = 90;
  private static final int ROW = 20;
  private static final int HEADING = 34;
  private static final int MARGIN = 10;

  private Plot() {}

  private record Point(int x, int y) {}

  /** The whole file. Bars of one result share a scale. */
  public static String svg(Section section) {
    StringBuilder body = new StringBuilder();
    int y = MARGIN;
    for (Result result : section.results()) {
      y = append(body, result, y);
    }
    int height = y + MARGIN;
    return """
    <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
    font-family="sans-serif" font-size="12">
    <rect width="100%%" height="100%%" fill="white"/>
    %s</svg>
    """
        .formatted(WIDTH, height, WIDTH, height, body);
  }

  private static int append(StringBuilder body, Result result, int top) {
    int y = top + HEADING;
    body.append(text(new Point(MARGIN, y - 12), "start", true, result.conditions())).append('\n');
    double most = result.entries().stream().mapToDouble(e -> e.seconds().max()).max().orElse(1);
    double scale = (WIDTH - LEFT - RIGHT) / Math.max(most, 1e-9);
    for (Entry entry : result.entries()) {
      body.append(bar(entry, y, scale));
      y += ROW;
    }
    return y;
  }

  private static String bar(Entry entry, int y, double scale) {
    Spread seconds = entry.seconds();
    double middle = y + ROW / 2.0;
    List<String> parts =
        List.of(
            text(new Point(LEFT - 8, (int) middle + 4), "end", false, entry.name()),
            String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LEFT,
                y + 3,
                seconds.median() * scale,
                ROW - 6,
                colour(entry.role())),
            String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"black\"/>",
                LEFT + seconds.min() * scale,
                LEFT + seconds.max() * scale,
                middle,
                middle),
            text(
                new Point((int) (LEFT + seconds.max() * scale) + 6, (int) middle + 4),
                "start",
                false,
                String.format(Locale.ROOT, "%.2f s", seconds.median())));
    return String.join("\n", parts) + "\n";
  }

  private static String colour(Role role) {
    return switch (role) {
      case OURS -> "#2a7f62";
      case BASELINE -> "#b9c4cc";
      case PEER -> "#d99a3d";
    };
  }

  private static String text(Point at, String anchor, boolean bold, String words) {
    String escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>"
        .formatted(at.x, at.y, anchor, bold ? "bold" : "normal", escaped);
  }
}
