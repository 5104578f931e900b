package io.reseed.failover;

import java.time.Duration;

/**
 * How patient the detector is; all times are judged by its own clock.
 *
 * @param observeInterval between two looks at a shard's servers
 * @param unobservedAfter how long an observation is awaited in vain before the status says that the
 *     servers are not observed
 * @param primaryProbeFailures looks in a row that the primary must not answer before it may count
 *     as dead
 * @param replicaLostAfter how long a replica must be missing without a break before it is replaced;
 *     also how long a replica too many must be one before its seeding is given up
 * @param progressSilenceMax an attempt of which nothing was heard for so long has failed
 * @param answerPatience how long an answer to an effect, or a server's own confirmation that it
 *     caught up, is waited for before it is asked again or given up
 * @param hintKept how long a publisher's claim about a primary that answers well is remembered
 * @param undeclaredKept how long a shard that nobody declares is remembered
 * @param statusRefreshInterval an unchanged status is published again after this
 * @param retry what follows failed attempts
 */
record FailoverPolicy(
    Duration observeInterval,
    Duration unobservedAfter,
    int primaryProbeFailures,
    Duration replicaLostAfter,
    Duration progressSilenceMax,
    Duration answerPatience,
    Duration hintKept,
    Duration undeclaredKept,
    Duration statusRefreshInterval,
    Retry retry) {

  /**
   * What follows failed attempts.
   *
   * @param interval after which a blocked seeding looks at the world again
   * @param backoffMin after the first transient failure; doubles with each further one
   * @param backoffMax the longest pause between two attempts
   * @param attemptsMax transient failures in a row after which the seeding is blocked
   * @param exhaustedInterval after which a seeding blocked by that, or by a bug, tries again
   */
  record Retry(
      Duration interval,
      Duration backoffMin,
      Duration backoffMax,
      int attemptsMax,
      Duration exhaustedInterval) {

    /** The pause after so many transient failures in a row, at least one. */
    Duration backoff(int failuresInARow) {
      Duration pause = backoffMin;
      for (int i = 1; i < failuresInARow && pause.compareTo(backoffMax) < 0; i++) {
        pause = pause.multipliedBy(2);
      }
      return pause.compareTo(backoffMax) < 0 ? pause : backoffMax;
    }
  }
}
