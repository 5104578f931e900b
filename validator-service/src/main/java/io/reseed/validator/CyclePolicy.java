package io.reseed.validator;

import java.time.Duration;

/**
 * The bounds of the backup pipeline.
 *
 * @param catalogueInterval how often the repository is looked at, to see what others changed there
 * @param retryInterval how soon something that cannot be done now is tried again
 * @param progressSilenceMax how long an attempt may give no sign of life before it is replaced
 * @param donor whom to copy from when no replica is healthy
 * @param attempts how often to try
 */
record CyclePolicy(
    Duration catalogueInterval,
    Duration retryInterval,
    Duration progressSilenceMax,
    Donor donor,
    Attempts attempts) {

  /**
   * When the primary itself may be copied.
   *
   * @param primaryAllowed whether ever
   * @param replicaWaitMax how long a shard that should have replicas waits for one before
   */
  record Donor(boolean primaryAllowed, Duration replicaWaitMax) {}

  /**
   * How often to try.
   *
   * @param max in one cycle
   * @param backoffMax the wait between two doubles from the retry interval up to this
   * @param cycleRetryInterval how soon a failed cycle is followed by another
   */
  record Attempts(int max, Duration backoffMax, Duration cycleRetryInterval) {
    Attempts {
      if (max < 1) {
        throw new IllegalArgumentException(
            "reseed.validator.attempts-max must be 1 or more, not " + max);
      }
    }
  }

  /** How long to wait after so many failures. */
  Duration backoff(int failures) {
    Duration wait = retryInterval;
    for (int i = 1; i < failures && wait.compareTo(attempts.backoffMax()) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(attempts.backoffMax()) < 0 ? wait : attempts.backoffMax();
  }
}
