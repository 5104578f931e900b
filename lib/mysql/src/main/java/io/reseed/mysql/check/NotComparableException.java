package io.reseed.mysql.check;

/** Ends a comparison that came to no answer. */
final class NotComparableException extends Exception {
  private static final long serialVersionUID = 1L;

  NotComparableException(String reason) {
    super(reason);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
