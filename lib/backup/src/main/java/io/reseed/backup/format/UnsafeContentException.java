package io.reseed.backup.format;

/** Content that could reach outside of what it may touch. */
final class UnsafeContentException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnsafeContentException(String message) {
    super(message);
  }
}
