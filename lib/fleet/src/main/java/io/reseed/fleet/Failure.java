package io.reseed.fleet;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why something could not be done: cause, on what, and what to do.
 *
 * @param code stable, upper case with underscores, e.g. {@code NO_HOST}; alerting may match on it
 * @param failureClass what may be done about it
 * @param message the cause and on what (shard, server, backup), for people
 * @param hint what to do next, for people
 */
public record Failure(String code, FailureClass failureClass, String message, String hint) {
  /** Longest message or hint. */
  public static final int TEXT_CHARACTERS_MAX = 4_000;

  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@+-]{0,199}");

  /** Checks that all parts are there and bounded. */
  public Failure {
    if (!CODE.matcher(present("failure.code", code)).matches()) {
      throw new InvalidFieldException(
          "failure.code",
          "must be 1 to 200 letters, digits and ._:@+- and start with a letter or digit");
    }
    present("failure.failureClass", failureClass);
    bounded("failure.message", message);
    bounded("failure.hint", hint);
  }

  private static <T> T present(String field, @Nullable T value) {
    if (value == null) {
      throw new InvalidFieldException(field, "is missing");
    }
    return value;
  }

  private static void bounded(String field, @Nullable String text) {
    if (present(field, text).length() > TEXT_CHARACTERS_MAX) {
      throw new InvalidFieldException(
          field, "is longer than " + TEXT_CHARACTERS_MAX + " characters");
    }
  }
}
