package io.reseed.mysql;

import io.reseed.fleet.FailureCode;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One row of a result as text; column names in any case. */
public final class Row {
  private final Map<String, @Nullable String> values;

  Row(Map<String, @Nullable String> values) {
    Map<String, @Nullable String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(values);
    this.values = Collections.unmodifiableMap(copy);
  }

  /** The value, empty for NULL. A column that the result does not have is a bug. */
  public Optional<String> find(String column) {
    if (!values.containsKey(column)) {
      throw new MysqlException(
          FailureCode.STATEMENT_FAILED, "no column " + column + " in " + values.keySet());
    }
    return Optional.ofNullable(values.get(column));
  }

  /** The value of a column that no sound server leaves NULL or empty. */
  String present(String column) {
    return find(column)
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () ->
                new MysqlException(
                    FailureCode.ANSWER_UNREADABLE, "the server says nothing for " + column));
  }

  /** The value, empty text for NULL. */
  public String text(String column) {
    return find(column).orElse("");
  }

  /** The value as a number, 0 for NULL. */
  public long number(String column) {
    String text = text(column);
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new MysqlException(
          FailureCode.STATEMENT_FAILED, "column " + column + " is no number: " + text, e);
    }
  }

  /** True for 1, ON, YES and TRUE. */
  public boolean flag(String column) {
    return switch (text(column).toUpperCase(Locale.ROOT)) {
      case "1", "ON", "YES", "TRUE" -> true;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
