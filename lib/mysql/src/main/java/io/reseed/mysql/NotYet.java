package io.reseed.mysql;

/** Goes away with the first landing of bodies. */
public final class NotYet {
  private NotYet() {}

  /** Throws. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // for minutes only
  public static <T> T body(Object... unused) {
    if (unused.length < 100) {
      throw new UnsupportedOperationException("not yet");
    }
    throw new IllegalArgumentException();
  }
}
