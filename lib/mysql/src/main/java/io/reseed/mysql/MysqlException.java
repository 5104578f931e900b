package io.reseed.mysql;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of this library; unchecked, since most callers pass it to one place that turns
 * it into a published failure. The message names the cause and on what; {@link #hint} what to do.
 * No message holds a password.
 */
public final class MysqlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** An error that Reseed found out itself. */
  public MysqlException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** An error with the exception behind it. */
  public MysqlException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The stable code; its class says whether to retry. */
  public ErrorCode code() {
    return code;
  }

  /** Shorthand for the code's class. */
  public ErrorClass errorClass() {
    return code.errorClass();
  }

  /** What to do. */
  public String hint() {
    return code.hint();
  }
}
