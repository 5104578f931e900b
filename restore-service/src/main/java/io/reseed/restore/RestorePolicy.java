package io.reseed.restore;

import java.time.Duration;

/**
 * Bounds of the agent's work.
 *
 * @param heartbeatInterval between two host-status records without a change
 * @param restoresMax restores and clones at one time; more wait
 * @param megabytesMax what the buffers of one restore may take
 * @param storeGracePeriod how long a restore goes on trying while the store does not answer
 * @param startTimeout for mysqld to accept connections
 * @param cloneTimeout for a whole clone
 * @param cloneMegabytesPerSecondMax what a clone may take from its donor, 0 for all
 * @param deathGrace how long mysqld may be gone before its server counts as dead: long enough for
 *     the assignment that explains it to arrive
 * @param retryInterval after a step that has to succeed and did not
 */
record RestorePolicy(
    Duration heartbeatInterval,
    int restoresMax,
    int megabytesMax,
    Duration storeGracePeriod,
    Duration startTimeout,
    Duration cloneTimeout,
    int cloneMegabytesPerSecondMax,
    Duration deathGrace,
    Duration retryInterval) {

  RestorePolicy {
    if (restoresMax < 1 || megabytesMax < 1 || cloneMegabytesPerSecondMax < 0) {
      throw new IllegalArgumentException(
          "reseed.restore.restores-max and megabytes-max must be 1 or more, and"
              + " clone-megabytes-per-second-max 0 or more, not %d, %d and %d"
                  .formatted(restoresMax, megabytesMax, cloneMegabytesPerSecondMax));
    }
  }
}
