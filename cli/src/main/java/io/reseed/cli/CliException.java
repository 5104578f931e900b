package io.reseed.cli;

/** A command could not do its work: cause and on what, and what to do about it. */
final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String hint;
  private final int exitCode;

  private CliException(int exitCode, String message, String hint) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
  }

  /** The world does not allow it now. */
  static CliException failed(String message, String hint) {
    return new CliException(Reseed.FAILED, message, hint);
  }

  /** What the caller gave (options, variables, files) cannot be used. */
  static CliException usage(String message, String hint) {
    return new CliException(Reseed.USAGE, message, hint);
  }

  String hint() {
    return hint;
  }

  int exitCode() {
    return exitCode;
  }
}
