package io.reseed.fleet;

/**
 * A field of a document, an event's for instance, breaks a rule. Permanent: the same document can
 * never become valid, so it belongs into the dead letters and must not be retried.
 */
public final class InvalidFieldException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private static final int CHARACTERS_MAX = 1_000;

  private final String field;
  private final String rule;

  /**
   * Says that {@code field} (its name as in the JSON document) breaks {@code rule}, which may quote
   * what stands there: both are {@link ForeignText}.
   */
  public InvalidFieldException(String field, String rule) {
    String shownField = ForeignText.shown(field, CHARACTERS_MAX);
    String shownRule = ForeignText.shown(rule, CHARACTERS_MAX);
    super("field '%s' %s".formatted(shownField, shownRule));
    this.field = shownField;
    this.rule = shownRule;
  }

  /** The field's name as it stands in the JSON document. */
  public String field() {
    return field;
  }

  /** The broken rule, readable after the field's name, e.g. {@code must not be empty}. */
  public String rule() {
    return rule;
  }
}
