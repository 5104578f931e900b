package io.reseed.backup.store;

/**
 * How many bytes may pass at a moment. Passing them is allowed once the bucket is not in debt, and
 * may put it into debt: so something larger than the bucket passes, too, and all that follows waits
 * until it is paid. Over time exactly the limit passes. Knows no clock: time comes as an argument,
 * in nanoseconds of any origin.
 *
 * @param bytes that are saved up; negative when in debt
 * @param atNanos when that was so
 */
record TokenBucket(double bytes, long atNanos) {
  /** What is saved up at most while nothing passes, as a part of a second. */
  private static final double SAVED_SECONDS_MAX = 0.25;

  private static final double NANOS_PER_SECOND = 1e9;

  /** The bucket at a later time, filled at that rate since; a time that went back fills nothing. */
  TokenBucket at(long nowNanos, long bytesPerSecond) {
    double seconds = Math.max(0, nowNanos - atNanos) / NANOS_PER_SECOND;
    double filled = bytes + seconds * bytesPerSecond;
    return new TokenBucket(Math.min(filled, bytesPerSecond * SAVED_SECONDS_MAX), nowNanos);
  }

  /** After so many bytes have passed. */
  TokenBucket without(long passed) {
    return new TokenBucket(bytes - passed, atNanos);
  }

  /** How long until something may pass at that rate; 0 for at once. */
  long nanosInDebt(long bytesPerSecond) {
    return bytes >= 0 ? 0 : (long) Math.ceil(-bytes / bytesPerSecond * NANOS_PER_SECOND);
  }
}
