package io.reseed.backup.store;

/** Amazon S3 and what speaks its language. */
public final class S3Store {
  private S3Store() {}

  /**
   * Opens the store: connects lazily, so this does not fail for an unreachable store. Every call is
   * tried again, with jitter, for as long as {@link StoreSettings.Client#retryBudget()}.
   */
  public static ObjectStore open(StoreSettings settings) {
    if (settings.region().isEmpty()) {
      throw new IllegalArgumentException("no region");
    }
    throw new UnsupportedOperationException("opens no store yet");
  }
}
