package io.reseed.failover.machine;

import io.reseed.events.ShardStatus;
import io.reseed.failover.machine.DeclaredShard.NextObservation;
import io.reseed.failover.machine.Membership.Member;
import io.reseed.fleet.ShardName;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What of a shard is stored, so that looking at one to which nothing happens stores nothing. Pure.
 * Left out is what the first look after a restart shows anew; times of looks are stored as they
 * were when their shard was last due, so never as later than they were.
 */
final class Kept {
  /** How much too old a stored time of a look may be. */
  static final Duration GRAIN = Duration.ofMinutes(10);

  private Kept() {}

  /** An older release goes on from this as from an observation that is due. */
  static NextObservation nextObservation() {
    return new NextObservation(0, false, false, Instant.EPOCH, 0);
  }

  static Membership membership(Membership whole) {
    return new Membership(
        whole.members().stream().map(Kept::member).toList(),
        whole.retired(),
        whole.rivals(),
        whole.vacantSince());
  }

  private static Member member(Member member) {
    return new Member(
        member.server(),
        member.health(),
        null,
        member.note(),
        member.missingSince(),
        member.withdrawn(),
        member.differences());
  }

  /** While looking fails, nothing changes from look to look. */
  static boolean isExact(DeclaredShard shard) {
    ShardStatus status = shard.status();
    return shard.freshness().failure() != null
        || (status != null && StatusReport.saysUnobserved(status));
  }

  static @Nullable ShardStatus status(ShardName shard, @Nullable ShardStatus published) {
    return published == null
        ? null
        : StatusReport.ageless(published, early(shard, published.updatedAt()));
  }

  /** What is awaited in vain counts anew after a restart, unless trying had failed before. */
  static Freshness freshness(DeclaredShard shard, boolean exact) {
    Freshness whole = shard.freshness();
    Instant observedAt = whole.observedAt();
    Instant awaitedSince = whole.failure() == null ? null : whole.awaitedSince();
    if (observedAt == null || exact) {
      return new Freshness(observedAt, awaitedSince, whole.failure());
    }
    // what was published last is not to be published again for its age alone
    ShardStatus status = shard.status();
    boolean isLater = status != null && status.updatedAt().isBefore(observedAt);
    Instant at = isLater && status != null ? status.updatedAt() : observedAt;
    return new Freshness(early(shard.shard(), at), awaitedSince, whole.failure());
  }

  /** The shards' times change one after the other, not all at once. */
  private static Instant early(ShardName shard, Instant at) {
    long grainMillis = GRAIN.toMillis();
    long offsetMillis = Math.floorMod(shard.toString().hashCode(), grainMillis);
    return at.minusMillis(Math.floorMod(at.toEpochMilli() - offsetMillis, grainMillis))
        .truncatedTo(ChronoUnit.MILLIS);
  }
}
