package io.reseed.mysql;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * A failure of this library, with the server's error number where there is one and what {@link
 * MysqlHints} says to do. No message holds a password.
 */
public final class MysqlException extends FailureException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /** An error that Reseed found out itself. */
  public MysqlException(FailureCode code, String message) {
    this(code, message, null);
  }

  /** An error with the exception behind it. */
  public MysqlException(FailureCode code, String message, @Nullable Throwable cause) {
    this(code, 0, message, cause);
  }

  MysqlException(FailureCode code, int errno, String message, @Nullable Throwable cause) {
    super(code, message, MysqlHints.of(code), cause);
    this.errno = errno;
  }

  /** The server's error number, 0 when the error is not the server's. */
  public int errno() {
    return errno;
  }
}
