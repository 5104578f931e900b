package io.reseed.fleet;

import org.jspecify.annotations.Nullable;

/**
 * Something could not be done, for a reason outside of the code that found it. The one base of what
 * Reseed throws; unchecked, since most callers pass it to one place that turns it into a published
 * failure. The message says what failed and on what, the hint what to do; neither holds a secret.
 */
public class FailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final FailureCode code;
  private final String hint;

  /** A failure found by ourselves. */
  public FailureException(FailureCode code, String message, String hint) {
    this(code, message, hint, null);
  }

  /** A failure that another one caused. */
  public FailureException(
      FailureCode code, String message, String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.hint = hint;
  }

  /** The stable code; its class says whether to retry. */
  public final FailureCode code() {
    return code;
  }

  /** Shorthand for the code's class. */
  public final FailureClass failureClass() {
    return code.failureClass();
  }

  /** What to do next, for people. */
  public final String hint() {
    return hint;
  }

  /** For publishing, cut to what an event may carry. */
  public final Failure failure() {
    return Failure.of(code, String.valueOf(getMessage()), hint);
  }
}
