package io.reseed.backup;

import io.reseed.fleet.FailureClass;
import org.jspecify.annotations.Nullable;

/**
 * The only exception that this library throws for things that go wrong outside of it. The message
 * says what failed and on what; the hint says what to do; neither holds a secret.
 */
public final class BackupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final FailureCode code;
  private final String hint;

  /** A failure found by ourselves. */
  public BackupException(FailureCode code, String message, String hint) {
    this(code, message, hint, null);
  }

  /** A failure that another one caused. */
  public BackupException(FailureCode code, String message, String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.hint = hint;
  }

  /** The stable code. */
  public FailureCode code() {
    return code;
  }

  /** What the failure asks for: {@link FailureCode#failureClass()}. */
  public FailureClass failureClass() {
    return code.failureClass();
  }

  /** What to do next, as a sentence for a person. */
  public String hint() {
    return hint;
  }
}
