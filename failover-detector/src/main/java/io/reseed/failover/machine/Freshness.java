package io.reseed.failover.machine;

import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How fresh is what is known of a shard's servers. What is published of them is never fresher.
 *
 * @param observedAt when they were last observed; null before the first time
 * @param awaitedSince when the first observation after that was asked for, if one was
 * @param failure why the last try failed; null while none did since {@code observedAt}
 */
public record Freshness(
    @Nullable Instant observedAt, @Nullable Instant awaitedSince, @Nullable Failure failure) {
  static final Freshness NEVER_OBSERVED = new Freshness(null, null, null);

  static Freshness observed(Instant at) {
    return new Freshness(at, null, null);
  }

  /** Nothing was observed later than now, whatever clock was used. */
  Freshness takenUp(Instant now) {
    return observedAt != null && observedAt.isAfter(now)
        ? new Freshness(now, awaitedSince, failure)
        : this;
  }

  Freshness awaited(Instant since) {
    return new Freshness(observedAt, since, failure);
  }

  Freshness failed(Failure why) {
    return new Freshness(observedAt, awaitedSince, why);
  }

  /**
   * Since when the next observation is awaited if it is asked for now. What a stopped instance
   * asked for in vain does not count, unless trying had failed before.
   */
  Instant awaitedSince(boolean resumed, Instant now) {
    return awaitedSince == null || (resumed && failure == null) ? now : awaitedSince;
  }

  /** Whether the last observation is too old to speak of the servers as they are. */
  boolean isStale(Duration bound, Instant now) {
    if (awaitedSince == null) {
      return false;
    }
    return isHopelessFromTheStart() || !awaitedSince.plus(bound).isAfter(now);
  }

  /** What does not end by itself is published at once where there is no other status. */
  private boolean isHopelessFromTheStart() {
    return observedAt == null
        && failure != null
        && failure.failureClass() != FailureClass.TRANSIENT;
  }

  /** The moment of which a status speaks. */
  public Instant asOf(Instant now) {
    if (observedAt != null) {
      return observedAt;
    }
    return awaitedSince == null ? now : awaitedSince;
  }
}
