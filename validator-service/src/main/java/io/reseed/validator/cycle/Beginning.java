package io.reseed.validator.cycle;

import io.reseed.events.BackupStatus;
import io.reseed.events.CycleKind;
import io.reseed.events.SeedingStage;
import io.reseed.events.ValidationFailed;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ShardName;
import io.reseed.validator.cycle.Cycle.Active;
import io.reseed.validator.cycle.Cycle.Exhausted;
import io.reseed.validator.cycle.Cycle.Idle;
import io.reseed.validator.cycle.Cycle.Seeking;
import io.reseed.validator.cycle.CycleMachine.Steps;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Begins the cycles that are due, and drops those that are not needed any longer. */
final class Beginning {
  private Beginning() {}

  /** A backup may turn up, or be marked unhealthy elsewhere, before an attempt is out. */
  static void dropUnneeded(Steps steps) {
    if (!steps.state().listing().certain()) {
      return;
    }
    Optional<Plan> waiting =
        switch (steps.state().cycle()) {
          case Seeking seeking -> Optional.of(seeking.plan());
          case Exhausted exhausted when exhausted.next() == exhausted.plan().kind() ->
              Optional.of(exhausted.plan());
          case Exhausted _, Idle _, Active _ -> Optional.empty();
        };
    waiting
        .filter(plan -> isUnneeded(steps.state(), plan))
        .ifPresent(
            plan -> {
              steps.record(new CycleEvent.CycleDropped());
              if (plan.aim().cause() == Plan.Cause.REQUEST) {
                steps.record(new CycleEvent.OrderPlaced(orderOf(plan)));
              }
            });
  }

  private static boolean isUnneeded(CycleState state, Plan plan) {
    KnownBackups backups = state.backups();
    return switch (plan.kind()) {
      case FRESH -> plan.aim().cause() == Plan.Cause.LACK && backups.anyUsable();
      case REGULAR -> plan.prior().filter(p -> backups.fitting(p.backup())).isEmpty();
      case EXAMINATION ->
          plan.ofSuspicion()
              && plan.prior().flatMap(p -> state.suspicions().of(p.backup())).isEmpty();
    };
  }

  private static Schedule.Order orderOf(Plan plan) {
    return new Schedule.Order(plan.kind(), plan.backup(), plan.aim().cause(), plan.aim().reason());
  }

  /** Begins what is due; what cannot be done is refused, until something begins. */
  static void pursue(Steps steps, Topology topology, ScheduleRule schedule) {
    Optional<ScheduleRule.Due> due = due(steps, schedule);
    while (due.isPresent()) {
      if (begin(steps, topology, due.get())) {
        return;
      }
      due = due(steps, schedule);
    }
  }

  private static Optional<ScheduleRule.Due> due(Steps steps, ScheduleRule schedule) {
    return schedule.next(steps.state()).filter(due -> !due.at().isAfter(steps.now()));
  }

  /** Whether it began; else the order is gone. */
  private static boolean begin(Steps steps, Topology topology, ScheduleRule.Due due) {
    Optional<Plan.Aim> aim = aim(steps.state().backups(), due.order());
    if (aim.isEmpty()) {
      abandon(steps, topology, due);
      return false;
    }
    steps.record(
        new CycleEvent.CycleBegun(
            Plan.begin(topology.shard(), aim.get(), steps.now()),
            due.placed() ? due.order() : null));
    return true;
  }

  /** What is restored; without one that fits, a regular cycle becomes a fresh one. */
  private static Optional<Plan.Aim> aim(KnownBackups backups, Schedule.Order order) {
    return switch (order.kind()) {
      case FRESH -> Optional.of(aim(CycleKind.FRESH, null, order));
      case REGULAR ->
          Optional.of(
              backups
                  .newestFitting()
                  .map(prior -> aim(CycleKind.REGULAR, prior, order))
                  .orElseGet(() -> aim(CycleKind.FRESH, null, order)));
      case EXAMINATION ->
          Optional.ofNullable(order.backup())
              .flatMap(backups::find)
              .map(prior -> aim(CycleKind.EXAMINATION, prior, order));
    };
  }

  private static Plan.Aim aim(
      CycleKind kind, BackupStatus.@Nullable Backup prior, Schedule.Order order) {
    return new Plan.Aim(
        kind, prior == null ? null : Plan.Prior.of(prior), order.cause(), order.reason());
  }

  /** There is no such backup to examine. */
  private static void abandon(Steps steps, Topology topology, ScheduleRule.Due due) {
    if (!due.placed()) {
      steps.record(new CycleEvent.CycleDropped()); // an examination that was to be tried again
    }
    ShardName shard = topology.shard();
    String backup = String.valueOf(due.order().backup());
    refuse(steps, shard, due.order(), BlockingReasons.backupGone(shard, backup));
  }

  /** Says that nothing is done, and that nobody is condemned. */
  static void refuse(Steps steps, ShardName shard, Schedule.Order order, Failure failure) {
    ValidationFailed announcement =
        new ValidationFailed(
            shard,
            null,
            order.backup(),
            false,
            SeedingStage.RESTORE,
            failure,
            ValidationFailed.Next.NONE);
    steps.record(new CycleEvent.OrderRefused(order, announcement, steps.now()));
  }
}
