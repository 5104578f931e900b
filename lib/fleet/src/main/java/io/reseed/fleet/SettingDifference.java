package io.reseed.fleet;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A global setting that a server has otherwise than the one that it replicates from.
 *
 * @param setting a global variable, or {@code plugins}
 * @param value at the server; empty where it does not know the setting
 * @param sourceValue at its source: for a replica, the shard's primary
 */
public record SettingDifference(String setting, String value, String sourceValue) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@+-]{0,199}");

  /** Checks presence and lengths. */
  public SettingDifference {
    if (!NAME.matcher(present("differences.setting", setting)).matches()) {
      throw new InvalidFieldException(
          "differences.setting",
          "must be 1 to 200 letters, digits and ._:@+- and start with a letter or digit");
    }
    bounded("differences.value", value);
    bounded("differences.sourceValue", sourceValue);
  }

  /** For people. */
  @Override
  public String toString() {
    return "%s is %s, %s at the source".formatted(setting, shown(value), shown(sourceValue));
  }

  /** A value for people, of whom none sees an empty one. */
  public static String shown(String value) {
    return value.isEmpty() ? "nothing" : value;
  }

  private static String present(String field, @Nullable String text) {
    if (text == null) {
      throw new InvalidFieldException(field, "is missing");
    }
    return text;
  }

  private static void bounded(String field, @Nullable String text) {
    if (present(field, text).length() > Failure.TEXT_CHARACTERS_MAX) {
      throw new InvalidFieldException(
          field, "is longer than " + Failure.TEXT_CHARACTERS_MAX + " characters");
    }
  }
}
