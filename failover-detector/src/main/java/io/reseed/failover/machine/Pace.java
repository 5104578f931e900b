package io.reseed.failover.machine;

import io.reseed.events.ShardStatus.Health;
import io.reseed.failover.machine.DeclaredShard.NextObservation;
import io.reseed.failover.machine.FailoverEffect.Urgency;
import io.reseed.failover.machine.Leadership.Led;
import io.reseed.failover.machine.Leadership.Lost;
import io.reseed.failover.machine.Leadership.Unconfirmed;
import java.time.Duration;
import java.time.Instant;

/**
 * When a shard is looked at again, and before whom. Pure. A shard of which no server answers is
 * looked at ever more seldom; whatever may show that a primary is dead is not put off.
 */
final class Pace {
  /** Between two looks at a shard that is silent for long. */
  static final Duration PAUSE_MAX = Duration.ofSeconds(30);

  private final FailoverPolicy policy;

  Pace(FailoverPolicy policy) {
    this.policy = policy;
  }

  /** When to look again, now that a look is back. */
  Instant next(DeclaredShard shard, Instant now, int silences) {
    return shard.nextObservation().again() ? now : now.plus(pause(shard, silences));
  }

  private Duration pause(DeclaredShard shard, int silences) {
    Duration pause = policy.observeInterval();
    if (isClaimed(shard)) {
      return pause;
    }
    // so many looks judge whether the primary is dead
    for (int i = policy.primaryProbeFailures(); i < silences; i++) {
      pause = pause.multipliedBy(2);
      if (pause.compareTo(PAUSE_MAX) >= 0) {
        return policy.observeInterval().compareTo(PAUSE_MAX) < 0
            ? PAUSE_MAX
            : policy.observeInterval();
      }
    }
    return pause;
  }

  /** What the detector alone found is no claim that somebody waits for. */
  private static boolean isClaimed(DeclaredShard shard) {
    return shard
        .leadership()
        .unsettledClaim()
        .filter(
            incident ->
                !incident.named().isEmpty() || !PrimaryWatch.PUBLISHER.equals(incident.publisher()))
        .isPresent();
  }

  /** Before whom to look now. */
  Urgency urgency(DeclaredShard shard) {
    NextObservation next = shard.nextObservation();
    if (next.again() || isInDoubt(shard)) {
      return Urgency.INCIDENT;
    }
    boolean isUnreachable =
        shard.membership().members().stream().anyMatch(m -> m.health() == Health.UNREACHABLE);
    return isUnreachable || next.silences() > 0 || shard.freshness().failure() != null
        ? Urgency.DOUBTFUL
        : Urgency.ROUTINE;
  }

  /** Whether the next looks may show that the primary is dead, or who succeeds it. */
  private boolean isInDoubt(DeclaredShard shard) {
    boolean isSilent = shard.nextObservation().silences() > 0;
    return switch (shard.leadership()) {
      case Unconfirmed _ -> false;
      case Led led ->
          led.probeFailures() > 0
              && (!isSilent || led.probeFailures() < policy.primaryProbeFailures());
      case Lost _ -> !isSilent;
    };
  }
}
