package io.reseed.fleet;

/**
 * A field of a document, an event's for instance, breaks a rule. Permanent: the same document can
 * never become valid, so it belongs into the dead letters and must not be retried.
 */
public final class InvalidFieldException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String rule;

  /** Says that {@code field} (its name as in the JSON document) breaks {@code rule}. */
  public InvalidFieldException(String field, String rule) {
    super("field '%s' %s".formatted(field, rule));
    this.field = field;
    this.rule = rule;
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
