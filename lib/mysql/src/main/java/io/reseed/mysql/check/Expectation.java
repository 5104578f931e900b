package io.reseed.mysql.check;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a value must be, e.g. {@code >= 10}. */
record Expectation(Operator operator, String operand) {
  private static final Pattern FORM = Pattern.compile("\\s*(<=|>=|!=|=|<|>)(.*)", Pattern.DOTALL);

  /** Short enough that comparing two of them costs nothing. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?[0-9]{1,100}(\\.[0-9]{0,100})?([eE][+-]?[0-9]{1,3})?");

  enum Operator {
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    static Operator of(String sign) {
      for (Operator operator : values()) {
        if (operator.sign.equals(sign)) {
          return operator;
        }
      }
      throw new IllegalArgumentException("no operator: " + sign);
    }

    boolean holds(int comparison) {
      return switch (this) {
        case EQUAL -> comparison == 0;
        case NOT_EQUAL -> comparison != 0;
        case LESS -> comparison < 0;
        case LESS_OR_EQUAL -> comparison <= 0;
        case GREATER -> comparison > 0;
        case GREATER_OR_EQUAL -> comparison >= 0;
      };
    }
  }

  static Expectation parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || form.group(2).isBlank()) {
      throw new IllegalArgumentException(
          "'%s' is not one of = != < <= > >= and a value, e.g. '< 86400'".formatted(text));
    }
    return new Expectation(Operator.of(form.group(1)), form.group(2).strip());
  }

  boolean holds(String value) {
    boolean numbers = NUMBER.matcher(value).matches() && NUMBER.matcher(operand).matches();
    return operator.holds(
        numbers
            ? new BigDecimal(value).compareTo(new BigDecimal(operand))
            : value.compareTo(operand));
  }
}
