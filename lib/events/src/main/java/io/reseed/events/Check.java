package io.reseed.events;

import io.reseed.fleet.Failure;
import io.reseed.fleet.InvalidFieldException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules that more than one event's fields share; each names the field that breaks it. */
final class Check {
  /** Longest free text (reasons, messages, hints) that an event carries. */
  static final int TEXT_CHARACTERS_MAX = Failure.TEXT_CHARACTERS_MAX;

  /** Longest GTID set; a shard with a hundred historical servers stays far below. */
  static final int GTID_CHARACTERS_MAX = 200_000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@+-]{0,199}");

  private Check() {}

  static <T> T present(String field, @Nullable T value) {
    if (value == null) {
      throw new InvalidFieldException(field, "is missing");
    }
    return value;
  }

  static String name(String field, @Nullable String value) {
    String name = present(field, value);
    if (!NAME.matcher(name).matches()) {
      throw new InvalidFieldException(
          field, "must be 1 to 200 letters, digits and ._:@+- and start with a letter or digit");
    }
    return name;
  }

  static String text(String field, @Nullable String value) {
    String text = present(field, value);
    if (text.length() > TEXT_CHARACTERS_MAX) {
      throw new InvalidFieldException(
          field, "is longer than " + TEXT_CHARACTERS_MAX + " characters");
    }
    return text;
  }

  static void optionalText(String field, @Nullable String value) {
    if (value != null) {
      text(field, value);
    }
  }

  static void optionalName(String field, @Nullable String value) {
    if (value != null) {
      name(field, value);
    }
  }

  static String cron(String field, @Nullable String value) {
    String expression = text(field, value);
    try {
      var _ = CronSchedule.parse(expression);
    } catch (IllegalArgumentException notCron) {
      throw new InvalidFieldException(
          field, "must be five crontab fields: " + notCron.getMessage());
    }
    return expression;
  }

  static String gtidSet(String field, @Nullable String value) {
    String set = present(field, value);
    if (set.length() > GTID_CHARACTERS_MAX) {
      throw new InvalidFieldException(
          field, "is longer than " + GTID_CHARACTERS_MAX + " characters");
    }
    return set;
  }

  static long atLeast(String field, long min, long value) {
    if (value < min) {
      throw new InvalidFieldException(field, "must be at least " + min + " but is " + value);
    }
    return value;
  }

  static long atMost(String field, long max, long value) {
    if (value > max) {
      throw new InvalidFieldException(field, "must be at most " + max + " but is " + value);
    }
    return value;
  }

  static int within(String field, int min, int max, int value) {
    if (value < min || value > max) {
      throw new InvalidFieldException(
          field, "must be between " + min + " and " + max + " but is " + value);
    }
    return value;
  }

  static <T> List<T> atMost(String field, int max, @Nullable List<T> values) {
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
