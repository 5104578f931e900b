package io.reseed.cli.invocation;

/** A command could not do its work: cause and on what, and what to do about it. */
public final class CliException extends RuntimeException {
  /** The exit code of a command that the world does not allow now. */
  public static final int FAILED = 1;

  /** The exit code of a command whose options, variables or files must be changed. */
  public static final int USAGE = 2;

  private static final long serialVersionUID = 1L;

  private final String hint;
  private final int exitCode;

  private CliException(int exitCode, String message, String hint) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
  }

  /** The world does not allow it now. */
  public static CliException failed(String message, String hint) {
    return new CliException(FAILED, message, hint);
  }

  /** What the caller gave (options, variables, files) cannot be used. */
  public static CliException usage(String message, String hint) {
    return new CliException(USAGE, message, hint);
  }

  public String hint() {
    return hint;
  }

  public int exitCode() {
    return exitCode;
  }
}
