package io.reseed.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Amounts and times as people read them. */
public final class Figures {
  private static final long UNIT = 1_000;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private Figures() {}

  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (Math.abs(value) >= UNIT && unit < UNITS.length - 1) {
      value /= UNIT;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  public static String seconds(long seconds) {
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7_200) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " days";
  }

  /** How long something took: tenths of a second count while it is short. */
  public static String millis(long millis) {
    return millis < 10_000
        ? String.format(Locale.ROOT, "%.1f s", millis / 1_000.0)
        : seconds(millis / 1_000);
  }

  /** How long ago {@code at} was. */
  public static String age(Instant at, Instant now) {
    return seconds(Math.max(0, Duration.between(at, now).toSeconds())) + " ago";
  }

  /** How long it is until {@code at}. */
  public static String until(Instant at, Instant now) {
    return at.isAfter(now) ? "in " + seconds(Duration.between(now, at).toSeconds()) : "due now";
  }
}
