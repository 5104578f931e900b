package io.reseed.failover.machine;

import java.time.Duration;

/**
 * The intervals and timeouts of the detector, all by its own clock.
 *
 * @param observeInterval between two observations of a shard's servers
 * @param unobservedAfter how long an observation is awaited in vain before the status says that the
 *     servers are not observed
 * @param primaryProbeFailures observations in a row in which the primary must not answer before it
 *     may count as dead
 * @param replicaLostAfter how long a replica must be missing without a break before it is replaced;
 *     also how long a replica too many must be one before its seeding is given up
 * @param progressTimeout an attempt without any report for so long has failed
 * @param answerTimeout how long an answer to an effect, or a server's own confirmation that it
 *     caught up, is waited for before it is asked again or given up
 * @param claimRetention how long a publisher's claim about a primary that answers well is
 *     remembered
 * @param undeclaredRetention how long a shard that nobody declares is remembered
 * @param statusRefreshInterval an unchanged status is published again after this
 * @param retry what follows failed attempts
 */
public record FailoverPolicy(
    Duration observeInterval,
    Duration unobservedAfter,
    int primaryProbeFailures,
    Duration replicaLostAfter,
    Duration progressTimeout,
    Duration answerTimeout,
    Duration claimRetention,
    Duration undeclaredRetention,
    Duration statusRefreshInterval,
    Retry retry) {

  /**
   * What follows failed attempts.
   *
   * @param interval after which a blocked seeding is tried again
   * @param backoffMin after the first transient failure; doubles with each further one
   * @param backoffMax the longest pause between two attempts
   * @param attemptsMax transient failures in a row after which the seeding is blocked
   * @param exhaustedInterval after which a seeding blocked by that, or by a bug, tries again
   */
  public record Retry(
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
