package io.reseed.cli.invocation;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 90s}, {@code 30m}, {@code 24h}, {@code 7d}. */
public final class Durations {
  /** What a duration must look like, for messages. */
  public static final String RULE = "must be a duration like 90s, 30m, 24h or 7d";

  private static final Pattern SHAPE = Pattern.compile("(\\d{1,9})([smhd])");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private Durations() {}

  /** The duration, or empty when {@code text} is none. */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    return matcher.matches()
        ? Optional.ofNullable(UNITS.get(matcher.group(2)))
            .map(unit -> unit.multipliedBy(Long.parseLong(matcher.group(1))))
        : Optional.empty();
  }
}
