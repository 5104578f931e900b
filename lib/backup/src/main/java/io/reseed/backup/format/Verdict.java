package io.reseed.backup.format;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known about a backup beyond its manifest. May be replaced by a later one.
 *
 * @param outcome what was found
 * @param decidedAt by the clock of who decided, for people
 * @param reason one sentence
 * @param evidence what was checked and measured, e.g. {@code tablesChecked=12}: at most 200 names
 *     of at most 100 characters, values of at most 4,000
 */
public record Verdict(
    Outcome outcome, Instant decidedAt, String reason, Map<String, String> evidence) {
  /** What was found. */
  public enum Outcome {
    /** Restored, caught up and checked: proven. */
    VALIDATED,
    /** Restored with every hash right and started, but not checked further: proven in part. */
    RESTORABLE,
    /** Failed to restore, start, catch up or pass its checks: never to be used. */
    UNHEALTHY
  }

  private static final int NAMES_MAX = 200;
  private static final int NAME_CHARACTERS_MAX = 100;
  private static final int TEXT_CHARACTERS_MAX = 4_000;

  /** Checks the bounds, copies the map, cuts the time to milliseconds. */
  public Verdict {
    evidence = Collections.unmodifiableMap(new TreeMap<>(evidence));
    decidedAt = decidedAt.truncatedTo(ChronoUnit.MILLIS);
    boolean bounded =
        evidence.size() <= NAMES_MAX
            && evidence.keySet().stream().allMatch(name -> name.length() <= NAME_CHARACTERS_MAX)
            && evidence.values().stream().allMatch(text -> text.length() <= TEXT_CHARACTERS_MAX)
            && reason.length() <= TEXT_CHARACTERS_MAX;
    if (!bounded) {
      throw new IllegalArgumentException("verdict with too many or too long texts: " + reason);
    }
  }
}
