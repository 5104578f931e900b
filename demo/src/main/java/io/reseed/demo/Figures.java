package io.reseed.demo;

import io.reseed.events.SeedingProgress;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the demo writes numbers for people. */
final class Figures {
  private static final double MEGA = 1_000_000;
  private static final double KILO = 1_000;
  private static final int BAR_CELLS = 24;

  private Figures() {}

  /** {@code 206.4 MB}, {@code 12 kB}. */
  static String bytes(long bytes) {
    return bytes >= MEGA / 10
        ? String.format(Locale.ROOT, "%.1f MB", bytes / MEGA)
        : String.format(Locale.ROOT, "%.1f kB", bytes / KILO);
  }

  /** {@code 12.3}. */
  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f", duration.toMillis() / KILO);
  }

  /** {@code 0.04 %}. */
  static String share(long part, long whole) {
    return whole <= 0 ? "?" : String.format(Locale.ROOT, "%.2f %%", 100.0 * part / whole);
  }

  /** {@code [######......] 50 % 100.0 MB of 200.0 MB, 85.0 MB/s}, or what goes on without them. */
  static String bar(SeedingProgress progress) {
    String note = progress.note();
    if (progress.total() <= 0) {
      return note == null ? "beginning" : note;
    }
    double share = Math.clamp((double) progress.done() / progress.total(), 0.0, 1.0);
    int full = (int) Math.round(share * BAR_CELLS);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3d %%  %s",
        "#".repeat(full),
        ".".repeat(BAR_CELLS - full),
        Math.round(share * 100),
        amounts(progress, note));
  }

  private static String amounts(SeedingProgress progress, @Nullable String note) {
    String amounts =
        switch (progress.unit()) {
          case BYTES ->
              "%s of %s, %s/s"
                  .formatted(
                      bytes(progress.done()),
                      bytes(progress.total()),
                      bytes(progress.ratePerSecond()));
          case TRANSACTIONS ->
              "%d of %d transactions, %d/s"
                  .formatted(progress.done(), progress.total(), progress.ratePerSecond());
        };
    return note == null ? amounts : amounts + ", " + note;
  }
}
