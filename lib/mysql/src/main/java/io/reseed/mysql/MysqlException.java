package io.reseed.mysql;

import io.reseed.fleet.FailureClass;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of this library; unchecked, since most callers pass it to one place that turns
 * it into a published failure. The message names the cause and on what; {@link #hint} what to do.
 * No message holds a password.
 */
public final class MysqlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final int errno;

  /** An error that Reseed found out itself. */
  public MysqlException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** An error with the exception behind it. */
  public MysqlException(ErrorCode code, String message, @Nullable Throwable cause) {
    this(code, 0, message, cause);
  }

  MysqlException(ErrorCode code, int errno, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.errno = errno;
  }

  /** The stable code; its class says whether to retry. */
  public ErrorCode code() {
    return code;
  }

  /** The server's error number, 0 when the error is not the server's. */
  public int errno() {
    return errno;
  }

  /** Shorthand for the code's class. */
  public FailureClass failureClass() {
    return code.failureClass();
  }

  /** What to do. */
  public String hint() {
    return code.hint();
  }
}
