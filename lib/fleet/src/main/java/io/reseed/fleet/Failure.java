package io.reseed.fleet;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why something could not be done: cause, on what, and what to do. Made with {@link #of} alone; the
 * constructor is for readers, since a newer release may publish codes that this one does not know.
 *
 * @param code the name of a {@link FailureCode}, e.g. {@code NO_HOST}; alerting may match on it
 * @param failureClass what may be done about it: by this, not by the code, others decide
 * @param message the cause and on what (shard, server, backup), for people
 * @param hint what to do next, for people
 */
public record Failure(String code, FailureClass failureClass, String message, String hint) {
  /** Longest message or hint. */
  public static final int TEXT_CHARACTERS_MAX = 4_000;

  /** What {@link #of} keeps of a text: leaves room for the words of who quotes it. */
  private static final int TEXT_CHARACTERS_KEPT = 3_000;

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

  /** A failure of ours, of its code's class; texts that are too long to travel are cut. */
  public static Failure of(FailureCode code, String message, String hint) {
    return new Failure(code.name(), code.failureClass(), cut(message), cut(hint));
  }

  /** Whether this is the code. */
  public boolean is(FailureCode asked) {
    return asked.name().equals(code);
  }

  private static String cut(String text) {
    if (text.length() <= TEXT_CHARACTERS_KEPT) {
      return text;
    }
    boolean halvesPair = Character.isHighSurrogate(text.charAt(TEXT_CHARACTERS_KEPT - 1));
    return text.substring(0, TEXT_CHARACTERS_KEPT - (halvesPair ? 1 : 0)) + "…";
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
