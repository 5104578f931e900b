package io.reseed.validator.cycle;

import io.reseed.events.BackupStatus;
import io.reseed.events.CycleKind;
import io.reseed.events.rule.CronSchedule;
import io.reseed.validator.cycle.Cycle.Active;
import io.reseed.validator.cycle.Cycle.Exhausted;
import io.reseed.validator.cycle.Cycle.Idle;
import io.reseed.validator.cycle.Cycle.Seeking;
import io.reseed.validator.cycle.Schedule.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** When which cycle is to begin. Pure. */
final class ScheduleRule {
  private static final Instant AT_ONCE = Instant.EPOCH;

  private final CyclePolicy policy;

  ScheduleRule(CyclePolicy policy) {
    this.policy = policy;
  }

  /**
   * A cycle that is to begin.
   *
   * @param placed whether somebody placed the order; else the state itself calls for it
   */
  record Due(Order order, Instant at, boolean placed) {}

  /**
   * What is to begin next; empty while a cycle is in flight, and while nobody knows what the
   * repository holds.
   */
  Optional<Due> next(CycleState state) {
    boolean free =
        switch (state.cycle()) {
          case Idle _, Exhausted _ -> true;
          case Seeking _, Active _ -> false;
        };
    if (!free || state.topology() == null || !state.listing().certain()) {
      return Optional.empty();
    }
    return Stream.of(
            ordered(state),
            lack(state),
            again(state),
            suspected(state),
            unfit(state),
            regular(state))
        .flatMap(found -> found)
        .min(Comparator.comparing(Due::at)); // the first of equals
  }

  private static Stream<Due> ordered(CycleState state) {
    return state.schedule().orders().stream()
        // what is to be examined may have been made since the last look
        .filter(order -> order.kind() != CycleKind.EXAMINATION || !state.listing().awaited())
        .map(order -> new Due(order, orderedAt(state, order), true));
  }

  private static Instant orderedAt(CycleState state, Order order) {
    return order.cause() == Plan.Cause.CURE ? freshAt(state) : AT_ONCE;
  }

  private static Instant freshAt(CycleState state) {
    Instant notBefore = state.schedule().fresh().notBefore();
    return notBefore == null ? AT_ONCE : notBefore;
  }

  private static Stream<Due> lack(CycleState state) {
    return state.cycle() instanceof Idle && !state.backups().anyUsable()
        ? Stream.of(
            due(CycleKind.FRESH, Plan.Cause.LACK, "it has no usable backup", freshAt(state)))
        : Stream.empty();
  }

  private static Stream<Due> again(CycleState state) {
    if (!(state.cycle() instanceof Exhausted exhausted)) {
      return Stream.empty();
    }
    Plan failed = exhausted.plan();
    boolean same = exhausted.next() == failed.kind();
    Order order =
        new Order(
            exhausted.next(),
            exhausted.next() == CycleKind.EXAMINATION ? failed.backup() : null,
            same ? failed.aim().cause() : Plan.Cause.CURE,
            "the last cycle failed (%s)".formatted(exhausted.failure().code()));
    return Stream.of(new Due(order, exhausted.retryAt(), false));
  }

  /** After what is overdue; the repository is looked at first, which may show it already. */
  private static Stream<Due> suspected(CycleState state) {
    if (!(state.cycle() instanceof Idle) || state.listing().awaited()) {
      return Stream.empty();
    }
    Suspicions suspicions = state.suspicions();
    return suspicions.next(state.backups()).stream()
        .map(
            suspicion ->
                new Due(
                    new Order(
                        CycleKind.EXAMINATION,
                        suspicion.backup(),
                        Plan.Cause.SUSPICION,
                        suspicion.reason()),
                    suspicions.examinableAt(suspicion),
                    false));
  }

  /** There are backups, but the present primary can use none of them. */
  private Stream<Due> unfit(CycleState state) {
    boolean unfit =
        state.backups().noneFits() || (state.topology() != null && state.topology().noBackupFits());
    if (!unfit || !(state.cycle() instanceof Idle)) {
      return Stream.empty();
    }
    Instant ended = state.schedule().fresh().endedAt();
    Instant at = ended == null ? AT_ONCE : ended.plus(policy.attempts().cycleRetryInterval());
    return Stream.of(
        due(CycleKind.FRESH, Plan.Cause.CURE, "no backup fits the present primary", at));
  }

  private Stream<Due> regular(CycleState state) {
    return state.cycle() instanceof Idle && state.backups().anyUsable()
        ? nextCycleAt(state).stream()
            .map(at -> due(CycleKind.REGULAR, Plan.Cause.SCHEDULE, "its time has come", at))
        : Stream.empty();
  }

  private static Due due(CycleKind kind, Plan.Cause cause, String reason, Instant at) {
    return new Due(new Order(kind, null, cause, reason), at, false);
  }

  /** When the next regular cycle is due; empty while there is nothing that it could prove. */
  Optional<Instant> nextCycleAt(CycleState state) {
    Optional<BackupStatus.Backup> newest = state.backups().newestUsable();
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    Instant ended = state.schedule().endedAt();
    Optional<Instant> scheduled =
        scheduled(state, ended == null ? newest.get().createdAt() : ended);
    return Stream.concat(scheduled.stream(), Stream.ofNullable(state.schedule().soonAt()))
        .min(Comparator.naturalOrder());
  }

  private Optional<Instant> scheduled(CycleState state, Instant last) {
    CyclePolicy.Backups backups = policy.backups(state.schedule().declared());
    Duration jitter = jitter(state, backups.jitter());
    return backups.cron() == null
        ? Optional.of(last.plus(backups.interval()).plus(jitter))
        : CronSchedule.parse(backups.cron()).nextAfter(last).map(at -> at.plus(jitter));
  }

  /** Differs between shards, and from one cycle to the next, without any chance. */
  private static Duration jitter(CycleState state, Duration max) {
    if (state.topology() == null || max.isZero()) {
      return Duration.ZERO;
    }
    String name = state.topology().shard() + " " + state.schedule().rotation();
    long mixed = name.hashCode() * 0x9E3779B97F4A7C15L;
    return Duration.ofMillis(Math.floorMod(mixed ^ (mixed >>> 32), max.toMillis() + 1));
  }
}
