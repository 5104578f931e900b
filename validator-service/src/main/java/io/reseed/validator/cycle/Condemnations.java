package io.reseed.validator.cycle;

import io.reseed.events.BackupStatus;
import io.reseed.events.CycleKind;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingStage;
import io.reseed.events.ValidationFailed;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ShardName;
import io.reseed.validator.cycle.Cycle.Active;
import io.reseed.validator.cycle.Cycle.Exhausted;
import io.reseed.validator.cycle.Cycle.Idle;
import io.reseed.validator.cycle.Cycle.ReadingBack;
import io.reseed.validator.cycle.Cycle.Seeking;
import io.reseed.validator.cycle.CycleMachine.Steps;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What follows when a backup must not be used any longer, or somebody says so. */
final class Condemnations {
  private Condemnations() {}

  /** What the repository showed to be unusable or gone since it was last looked at. */
  static void byListing(Steps steps, KnownBackups before, CycleInput.Listed listed) {
    Topology topology = steps.state().topology();
    if (topology == null) {
      return;
    }
    for (BackupStatus.Backup backup : before.newestFirst()) {
      Failure failure = lost(topology.shard(), backup, listed);
      if (before.usable(backup.backup()) && failure != null) {
        boolean newest = before.isNewestUsable(backup.backup());
        if (lasts(failure)) {
          Verdicts.condemn(
              steps,
              Plan.Prior.of(backup),
              new Verdicts.Fault(SeedingStage.RESTORE, failure, null));
        }
        outside(steps, topology.shard(), new Found(backup.backup(), newest, failure));
      }
    }
  }

  /**
   * Whether the backup stays condemned when its manifest can be read again, until it is examined.
   * What only this release cannot read, a later one may, and a verdict would hold for that, too.
   */
  private static boolean lasts(Failure failure) {
    return failure.failureClass() == FailureClass.BAD_BACKUP
        && !failure.is(FailureCode.BACKUP_MISSING);
  }

  private static @Nullable Failure lost(
      ShardName shard, BackupStatus.Backup backup, CycleInput.Listed listed) {
    Failure unusable = listed.unusable().get(backup.backup());
    if (unusable != null) {
      return unusable;
    }
    boolean there = listed.backups().stream().anyMatch(b -> b.backup().equals(backup.backup()));
    // an older one than all that are listed may have been left out
    boolean covered =
        listed.whole()
            || listed.backups().stream().anyMatch(b -> b.createdAt().isBefore(backup.createdAt()));
    return there || !covered ? null : BlockingReasons.backupGone(shard, backup.backup());
  }

  /**
   * A replica is said to have failed through its backup's own fault. Who may write to Kafka can say
   * so: it leads to an examination and condemns nobody.
   *
   * @return whether that is news
   */
  static boolean suspect(Steps steps, SeedingFailed failed) {
    String backup = failed.backup();
    CycleState state = steps.state();
    if (state.topology() == null
        || backup == null
        || failed.failure().failureClass() != FailureClass.BAD_BACKUP
        || !state.backups().usable(backup)
        || state.suspicions().full()
        || state.suspicions().of(backup).isPresent()) {
      return false;
    }
    steps.record(
        new CycleEvent.BackupSuspected(
            Suspicions.Suspicion.of(
                backup,
                failed,
                steps.now(),
                state.cycle().current().map(Plan::seeding).orElse(null))));
    return true;
  }

  /**
   * What was restored, caught up and checked since somebody called it bad, is not. A cycle that was
   * begun before may have restored what was still whole then.
   *
   * @param notBefore when others may be examined that somebody calls bad
   */
  static void acquit(Steps steps, Plan plan, Instant notBefore) {
    plan.prior()
        .flatMap(prior -> steps.state().suspicions().of(prior.backup()))
        .filter(suspicion -> suspicion.isOlderThan(plan))
        .ifPresent(
            suspicion ->
                steps.record(new CycleEvent.BackupAcquitted(suspicion.backup(), notBefore)));
  }

  /**
   * What the repository showed.
   *
   * @param newest whether it was the newest usable one
   */
  private record Found(String backup, boolean newest, Failure failure) {}

  private static void outside(Steps steps, ShardName shard, Found found) {
    boolean fresh = found.newest() || !steps.state().backups().anyUsable();
    withdraw(steps, found.backup());
    boolean cured =
        steps.state().cycle().current().filter(p -> p.kind() == CycleKind.FRESH).isPresent()
            && !(steps.state().cycle() instanceof Exhausted);
    ValidationFailed.Next next = ValidationFailed.Next.NONE;
    if (fresh && !cured) {
      next = cure(steps, reason(found.backup()), steps.state().schedule().fresh().notBefore());
    }
    ValidationFailed announcement =
        new ValidationFailed(
            shard, null, found.backup(), true, SeedingStage.RESTORE, found.failure(), next);
    steps.record(new CycleEvent.Condemned(null, announcement, null, steps.now()));
  }

  /** A cycle that stands on the backup cannot come to anything good; an examination will show. */
  private static void withdraw(Steps steps, String backup) {
    switch (steps.state().cycle()) {
      case ReadingBack reading when reading.made().backup().equals(backup) ->
          steps.record(new CycleEvent.AttemptWithdrawn(reading.assignment()));
      case ReadingBack _ -> {} // what was made of it is proven by itself
      case Active active when regularFrom(active.plan(), backup) ->
          steps.record(new CycleEvent.AttemptWithdrawn(active.assignment()));
      case Seeking seeking when regularFrom(seeking.plan(), backup) ->
          steps.record(new CycleEvent.CycleDropped());
      case Idle _, Seeking _, Active _, Exhausted _ -> {}
    }
  }

  private static boolean regularFrom(Plan plan, String backup) {
    return plan.kind() == CycleKind.REGULAR && plan.restores(backup);
  }

  static String reason(String backup) {
    return "backup " + backup + " was condemned";
  }

  /** Has a fresh cycle made, and says when it comes. */
  static ValidationFailed.Next cure(Steps steps, String reason, @Nullable Instant notBefore) {
    Schedule.Order order = new Schedule.Order(CycleKind.FRESH, null, Plan.Cause.CURE, reason);
    steps.record(new CycleEvent.OrderPlaced(order));
    return Optional.ofNullable(notBefore).filter(at -> at.isAfter(steps.now())).isPresent()
        ? ValidationFailed.Next.LATER_CYCLE
        : ValidationFailed.Next.FRESH_CYCLE;
  }
}
