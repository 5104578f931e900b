package io.reseed.validator.cycle;

import io.reseed.events.BackupStatus;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ShardName;
import io.reseed.fleet.ShortenedText;
import io.reseed.validator.cycle.Cycle.Active;
import io.reseed.validator.cycle.Cycle.Exhausted;
import io.reseed.validator.cycle.Cycle.Idle;
import io.reseed.validator.cycle.Cycle.Seeking;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people are shown of a shard's backup pipeline. */
final class CycleStatus {
  /** Leaves room for the words around it. */
  private static final int CAUSE_CHARACTERS_MAX = 3_000;

  private final ScheduleRule schedule;

  CycleStatus(CyclePolicy policy) {
    schedule = new ScheduleRule(policy);
  }

  /** Whether the two states look the same to people. */
  boolean sameStatus(CycleState before, CycleState after) {
    Topology topology = after.topology();
    if (topology == null || before.topology() == null) {
      return topology == null && before.topology() == null;
    }
    return of(topology.shard(), before, Instant.EPOCH)
        .equals(of(topology.shard(), after, Instant.EPOCH));
  }

  BackupStatus of(ShardName shard, CycleState state, Instant at) {
    KnownBackups backups = state.backups();
    return new BackupStatus(
        shard,
        loud(state) + headline(state) + suspected(state),
        blockingReason(state)
            .orElseGet(
                () -> isUnproven(state) ? BlockingReasons.notProven(shard, headline(state)) : null),
        backups.anyProven(),
        cycle(state),
        schedule.nextCycleAt(state).orElse(null),
        backups.newestFirst().stream().map(state.suspicions()::shown).toList(),
        at);
  }

  private static boolean isUnproven(CycleState state) {
    return state.listing().known() && !state.backups().anyProven();
  }

  private static String loud(CycleState state) {
    return isUnproven(state) ? "NO PROVEN BACKUP. " : "";
  }

  private static String suspected(CycleState state) {
    List<String> backups = state.suspicions().backups();
    return backups.isEmpty()
        ? ""
        : " Said to be bad, and not proven to be: %s.".formatted(String.join(", ", backups));
  }

  private String headline(CycleState state) {
    return switch (state.cycle()) {
      case Idle _ -> resting(state);
      case Active active ->
          "%s on host %s: attempt %d, stage %s."
              .formatted(
                  words(active.plan()),
                  active.assignment().host(),
                  active.assignment().attempt(),
                  active.life().stage());
      case Seeking seeking when seeking.blockingReason() != null ->
          "%s cannot be begun now: %s."
              .formatted(words(seeking.plan()), seeking.blockingReason().code());
      case Seeking seeking when seeking.plan().lastFailure() != null ->
          "%s: attempt %d failed (%s), another follows."
              .formatted(
                  words(seeking.plan()),
                  seeking.plan().attempt(),
                  seeking.plan().lastFailure().code());
      case Seeking seeking -> words(seeking.plan()) + ": a place is looked for.";
      case Exhausted exhausted ->
          "%s failed (%s, attempt %d); another one begins at %s."
              .formatted(
                  words(exhausted.plan()),
                  exhausted.failure().code(),
                  exhausted.plan().attempt(),
                  seconds(exhausted.retryAt()));
    };
  }

  private static String words(Plan plan) {
    return switch (plan.kind()) {
      case FRESH -> "A fresh full cycle";
      case REGULAR -> "A regular cycle from backup " + plan.backup();
      case EXAMINATION -> "The examination of backup " + plan.backup();
    };
  }

  private String resting(CycleState state) {
    if (!state.listing().known()) {
      return "The repository was not read yet.";
    }
    String next =
        schedule
            .nextCycleAt(state)
            .map(at -> " The next cycle is due at " + seconds(at) + ".")
            .orElse("");
    return state
        .backups()
        .newestUsable()
        .map(b -> "The newest backup is of %s (%s).".formatted(seconds(b.createdAt()), b.degree()))
        .map(newest -> newest + next)
        .orElse("There is no usable backup.");
  }

  /** What stands in the way now goes before what failed earlier. */
  static Optional<Failure> blockingReason(CycleState state) {
    Failure blind = state.listing().failure();
    if (blind != null) {
      return Optional.of(blind);
    }
    Failure inTheWay =
        switch (state.cycle()) {
          case Seeking seeking ->
              seeking.blockingReason() != null
                  ? seeking.blockingReason()
                  : seeking.plan().lastFailure();
          case Exhausted exhausted -> exhaustion(exhausted);
          case Idle _, Active _ -> null;
        };
    return Optional.ofNullable(inTheWay != null ? inTheWay : state.verdicts().failure())
        .or(() -> unusable(state));
  }

  /** Before an incident shows it. */
  private static Optional<Failure> unusable(CycleState state) {
    Topology topology = state.topology();
    return topology != null && state.backups().noneFits()
        ? Optional.of(BlockingReasons.noneUsable(topology, state.backups()))
        : Optional.empty();
  }

  private static Failure exhaustion(Exhausted exhausted) {
    Failure last = exhausted.failure();
    if (last.failureClass() == FailureClass.BUG) {
      return last; // not for want of attempts
    }
    return Failure.of(
        FailureCode.ATTEMPTS_EXHAUSTED,
        "%d attempts of %s failed, the last one with %s: %s"
            .formatted(
                exhausted.plan().attempt(),
                exhausted.plan().seeding(),
                last.code(),
                ShortenedText.of(last.message(), CAUSE_CHARACTERS_MAX)),
        ShortenedText.of(last.hint(), CAUSE_CHARACTERS_MAX)
            + " Another cycle ("
            + exhausted.next()
            + ") begins at "
            + seconds(exhausted.retryAt())
            + ".");
  }

  private static BackupStatus.@Nullable Cycle cycle(CycleState state) {
    return state.cycle() instanceof Active active
        ? new BackupStatus.Cycle(
            active.assignment().seeding(),
            active.assignment().attempt(),
            active.assignment().host(),
            active.life().stage(),
            active.plan().kind(),
            active.plan().backup())
        : null;
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }
}
