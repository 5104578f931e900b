package io.reseed.events.rule;

import io.reseed.fleet.Failure;
import io.reseed.fleet.InvalidFieldException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules that more than one event's fields share. Each returns what it was given, or throws an
 * {@link InvalidFieldException} that names the field and the rule.
 */
public final class Check {
  /** Longest free text (reasons, messages, hints) that an event carries. */
  public static final int TEXT_CHARACTERS_MAX = Failure.TEXT_CHARACTERS_MAX;

  /** Longest GTID set; a shard with a hundred historical servers stays far below. */
  public static final int GTID_CHARACTERS_MAX = 200_000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@+-]{0,199}");

  private Check() {}

  /** Not null. */
  public static <T> T present(String field, @Nullable T value) {
    if (value == null) {
      throw new InvalidFieldException(field, "is missing");
    }
    return value;
  }

  /** 1 to 200 letters, digits and {@code ._:@+-}, a letter or digit first. */
  public static String name(String field, @Nullable String value) {
    String name = present(field, value);
    if (!NAME.matcher(name).matches()) {
      throw new InvalidFieldException(
          field, "must be 1 to 200 letters, digits and ._:@+- and start with a letter or digit");
    }
    return name;
  }

  /** At most {@link #TEXT_CHARACTERS_MAX} characters. */
  public static String text(String field, @Nullable String value) {
    String text = present(field, value);
    if (text.length() > TEXT_CHARACTERS_MAX) {
      throw new InvalidFieldException(
          field, "is longer than " + TEXT_CHARACTERS_MAX + " characters");
    }
    return text;
  }

  /** A {@link #text}, or null. */
  public static void optionalText(String field, @Nullable String value) {
    if (value != null) {
      text(field, value);
    }
  }

  /** A {@link #name}, or null. */
  public static void optionalName(String field, @Nullable String value) {
    if (value != null) {
      name(field, value);
    }
  }

  /** Five crontab fields that {@link CronSchedule} understands. */
  public static String cron(String field, @Nullable String value) {
    String expression = text(field, value);
    try {
      var _ = CronSchedule.parse(expression);
    } catch (IllegalArgumentException notCron) {
      throw new InvalidFieldException(
          field, "must be five crontab fields: " + notCron.getMessage());
    }
    return expression;
  }

  /** Bounded; what it says is for MySQL to judge. */
  public static String gtidSet(String field, @Nullable String value) {
    String set = present(field, value);
    if (set.length() > GTID_CHARACTERS_MAX) {
      throw new InvalidFieldException(
          field, "is longer than " + GTID_CHARACTERS_MAX + " characters");
    }
    return set;
  }

  /** Not below {@code min}. */
  public static long atLeast(String field, long min, long value) {
    if (value < min) {
      throw new InvalidFieldException(field, "must be at least " + min + " but is " + value);
    }
    return value;
  }

  /** Not above {@code max}. */
  public static long atMost(String field, long max, long value) {
    if (value > max) {
      throw new InvalidFieldException(field, "must be at most " + max + " but is " + value);
    }
    return value;
  }

  /** From {@code min} to {@code max}. */
  public static int within(String field, int min, int max, int value) {
    if (value < min || value > max) {
      throw new InvalidFieldException(
          field, "must be between " + min + " and " + max + " but is " + value);
    }
    return value;
  }

  /** At most {@code max} entries, none of them null: a copy. */
  public static <T> List<T> atMost(String field, int max, @Nullable List<T> values) {
    List<T> list = present(field, values);
    if (list.size() > max) {
      throw new InvalidFieldException(field, "has more than " + max + " entries");
    }
    for (T value : list) {
      present(field, value);
    }
    return List.copyOf(list);
  }
}
