package io.reseed.failover.machine;

import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.events.ShardStatus.Health;
import io.reseed.events.ShardStatus.Role;
import io.reseed.failover.machine.FailoverState.Undeclared;
import io.reseed.failover.machine.FailoverState.Unknown;
import io.reseed.failover.machine.Leadership.Led;
import io.reseed.failover.machine.Leadership.Lost;
import io.reseed.failover.machine.Leadership.Unconfirmed;
import io.reseed.failover.machine.Phase.HandingOver;
import io.reseed.failover.machine.Phase.Making;
import io.reseed.failover.machine.Phase.Planning;
import io.reseed.failover.machine.Seeding.BlockingReason;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Describes a shard for the outside. Pure. */
public final class StatusReport {
  private final FailoverPolicy policy;

  StatusReport(FailoverPolicy policy) {
    this.policy = policy;
  }

  /** The one word and the sentence, and what stands in the way. */
  private record Summary(Condition condition, String headline, @Nullable Failure failure) {}

  /** The status of a shard of which there is something to say. */
  Optional<ShardStatus> of(FailoverState state, Instant now) {
    return switch (state) {
      case Unknown _ -> Optional.empty();
      case Undeclared undeclared -> Optional.of(undeclared(undeclared, now));
      case DeclaredShard shard -> declared(shard, now);
    };
  }

  /** Whether two statuses are alike; age and lag change all the time and do not count. */
  static boolean same(ShardStatus one, ShardStatus other) {
    return ageless(one, Instant.EPOCH).equals(ageless(other, Instant.EPOCH));
  }

  /** A status, with its moment as people's clocks show it. */
  public static ShardStatus dated(ShardStatus status, Instant updatedAt) {
    return new ShardStatus(
        status.shard(),
        status.condition(),
        status.headline(),
        status.failure(),
        status.primary(),
        status.replicasDesired(),
        status.members(),
        status.seedings(),
        updatedAt);
  }

  /** A status without lags, as if it were of that time. */
  static ShardStatus ageless(ShardStatus status, Instant updatedAt) {
    List<ShardStatus.Member> members =
        status.members().stream().map(StatusReport::withoutLag).toList();
    return new ShardStatus(
        status.shard(),
        status.condition(),
        status.headline(),
        status.failure(),
        status.primary(),
        status.replicasDesired(),
        members,
        status.seedings(),
        updatedAt);
  }

  private static ShardStatus.Member withoutLag(ShardStatus.Member member) {
    return new ShardStatus.Member(
        member.server(),
        member.role(),
        member.health(),
        null,
        member.note(),
        member.differences(),
        member.differencesLeftOut());
  }

  private static ShardStatus undeclared(Undeclared state, Instant now) {
    return new ShardStatus(
        state.shard(),
        Condition.UNDECLARED,
        "nobody declared this shard; the claims about it are kept until somebody does",
        FailureCatalogue.shardNotDeclared(state.shard(), state.incident()),
        null,
        0,
        List.of(),
        List.of(),
        now);
  }

  private Optional<ShardStatus> declared(DeclaredShard shard, Instant now) {
    return summary(shard, now)
        .map(
            summary ->
                new ShardStatus(
                    shard.shard(),
                    summary.condition(),
                    summary.headline(),
                    summary.failure(),
                    shard.leadership().verified().orElse(null),
                    shard.replicasDesired(),
                    members(shard),
                    seedings(shard),
                    shard.freshness().asOf(now)));
  }

  private Optional<Summary> summary(DeclaredShard shard, Instant now) {
    if (shard.freshness().isStale(policy.unobservedAfter(), now)) {
      return Optional.of(unobserved(shard, now));
    }
    return switch (shard.leadership()) {
      // before the first observation there is nothing to publish
      case Unconfirmed unconfirmed ->
          Optional.ofNullable(unconfirmed.failure()).map(StatusReport::withoutPrimary);
      case Lost lost -> Optional.of(withoutPrimary(lost.failure()));
      case Led led when led.probeFailures() >= policy.primaryProbeFailures() ->
          Optional.of(
              withoutPrimary(FailureCatalogue.primaryTimedOut(shard.shard(), led.primary())));
      case Led led when notObservable(shard, led.primary(), now) ->
          Optional.of(
              withoutPrimary(FailureCatalogue.primaryTimedOut(shard.shard(), led.primary())));
      case Led led -> Optional.of(led(shard, led.primary()));
    };
  }

  /** Nothing is known of the servers as they are: who has a primary may have lost it by now. */
  private Summary unobserved(DeclaredShard shard, Instant now) {
    boolean hasPrimary =
        shard.leadership() instanceof Led led
            && led.probeFailures() < policy.primaryProbeFailures();
    return new Summary(
        hasPrimary ? Condition.BLOCKED : Condition.NO_PRIMARY,
        "not observed since " + shard.freshness().asOf(now).truncatedTo(ChronoUnit.SECONDS),
        FailureCatalogue.observationFailed(shard.shard(), shard.freshness().failure()));
  }

  /** Whether a status says that the servers are not observed. */
  public static boolean saysUnobserved(ShardStatus status) {
    return status.failure() != null && FailureCatalogue.isOfObservation(status.failure());
  }

  /** Something answers at the primary, but for long nothing that says how it is. */
  private boolean notObservable(DeclaredShard shard, ServerAddress primary, Instant now) {
    return shard.membership().members().stream()
        .filter(member -> member.server().equals(primary))
        .filter(member -> member.health() == Health.UNREACHABLE)
        .flatMap(member -> Stream.ofNullable(member.missingSince()))
        .anyMatch(since -> !since.plus(policy.unobservedAfter()).isAfter(now));
  }

  private static Summary withoutPrimary(Failure failure) {
    return new Summary(Condition.NO_PRIMARY, failure.message(), failure);
  }

  private static Summary led(DeclaredShard shard, ServerAddress primary) {
    int healthy = shard.membership().healthyReplicas(primary);
    int making = shard.inTheMaking();
    String count =
        "%d of %d replicas of %s are healthy".formatted(healthy, shard.replicasDesired(), primary);
    if (healthy >= shard.replicasDesired()) {
      return new Summary(Condition.WHOLE, count, warning(shard, primary));
    }
    Optional<BlockingReason> blockingReason = blockingReason(shard);
    boolean blocked =
        blockingReason.filter(BlockingReason::blocks).isPresent()
            && shard.seedings().stream().noneMatch(s -> s.phase() instanceof Making);
    String progress = making == 0 ? "waiting for the missing to come back" : making + " being made";
    return new Summary(
        blocked ? Condition.BLOCKED : Condition.REPAIRING,
        blocked ? count + ", none can be made now" : count + ", " + progress,
        blockingReason
            .map(BlockingReason::failure)
            .or(() -> lastFailure(shard))
            .orElseGet(() -> warning(shard, primary)));
  }

  /** Why an attempt that is under way is not the first. */
  private static Optional<Failure> lastFailure(DeclaredShard shard) {
    return shard.seedings().stream()
        .filter(seeding -> seeding.phase() instanceof Making)
        .flatMap(seeding -> Stream.ofNullable(seeding.blockingReason()))
        .map(BlockingReason::failure)
        .findFirst();
  }

  /** The most serious thing that keeps a seeding from going on. */
  private static Optional<BlockingReason> blockingReason(DeclaredShard shard) {
    List<BlockingReason> blockingReasons =
        shard.seedings().stream()
            .filter(seeding -> seeding.phase() instanceof Planning)
            .map(Seeding::blockingReason)
            .filter(Objects::nonNull)
            .toList();
    return Stream.concat(
            blockingReasons.stream().filter(BlockingReason::blocks), blockingReasons.stream())
        .findFirst();
  }

  private static @Nullable Failure warning(DeclaredShard shard, ServerAddress primary) {
    List<ServerAddress> rivals = shard.membership().rivals();
    if (rivals.isEmpty()) {
      return null;
    }
    List<ServerAddress> all = new ArrayList<>(rivals);
    all.addFirst(primary);
    return FailureCatalogue.twoPrimaries(shard.shard(), all);
  }

  private static List<ShardStatus.Member> members(DeclaredShard shard) {
    Optional<ServerAddress> primary = primaryToShow(shard.leadership());
    return shard.membership().members().stream()
        .map(
            member ->
                member(
                    member,
                    primary.equals(Optional.of(member.server())) ? Role.PRIMARY : Role.REPLICA))
        .toList();
  }

  private static ShardStatus.Member member(Membership.Member member, Role role) {
    Differences differences = member.differences();
    return new ShardStatus.Member(
        member.server(),
        role,
        member.health(),
        member.lagMillis(),
        member.note(),
        differences == null ? null : differences.shown(),
        differences == null || differences.leftOut() == 0 ? null : differences.leftOut());
  }

  /** The failed one is shown as the primary that it was until it is succeeded. */
  private static Optional<ServerAddress> primaryToShow(Leadership leadership) {
    return switch (leadership) {
      case Unconfirmed _ -> Optional.empty();
      case Led led -> Optional.of(led.primary());
      case Lost lost -> Optional.of(lost.incident().failed());
    };
  }

  private static List<ShardStatus.Seeding> seedings(DeclaredShard shard) {
    List<ShardStatus.Seeding> shown = new ArrayList<>();
    for (Seeding seeding : shard.seedings()) {
      switch (seeding.phase()) {
        case Making making ->
            shown.add(
                new ShardStatus.Seeding(
                    seeding.id(), seeding.attempt(), making.assignment().host(), making.stage()));
        case Planning _, HandingOver _ -> {
          // no server is being made
        }
      }
    }
    return shown;
  }
}
