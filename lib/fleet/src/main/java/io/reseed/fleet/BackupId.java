package io.reseed.fleet;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * A backup's name, e.g. {@code 20261121T021500Z-k3v9q0ax}: the second in which it was begun, in
 * UTC, and 40 random bits. Ids sort by that time.
 */
public record BackupId(String text) implements Comparable<BackupId> {
  private static final Pattern FORM = Pattern.compile("\\d{8}T\\d{6}Z-[0-9a-hjkmnp-tv-z]{8}");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int TIME_LENGTH = "20261121T021500Z".length();

  /** Checks the form. */
  public BackupId {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "backup id must look like 20261121T021500Z-k3v9q0ax: '" + text + "'");
    }
  }

  /** A new id; time and randomness come from the caller. */
  public static BackupId create(Instant now, RandomGenerator random) {
    return new BackupId(TIME.format(now) + "-" + Nonce.create(random));
  }

  /** Whether {@code text} is a backup id. */
  public static boolean isValid(String text) {
    if (!FORM.matcher(text).matches()) {
      return false;
    }
    try {
      TIME.parse(text.substring(0, TIME_LENGTH));
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** The second in which the backup was begun, by the clock of who began it. */
  public Instant createdAt() {
    return TIME.parse(text.substring(0, TIME_LENGTH), Instant::from);
  }

  @Override
  public int compareTo(BackupId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
