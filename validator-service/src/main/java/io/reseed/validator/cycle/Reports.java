package io.reseed.validator.cycle;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus;
import io.reseed.events.CycleKind;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.StageTime;
import io.reseed.events.check.CheckResult;
import io.reseed.validator.cycle.Cycle.Active;
import io.reseed.validator.cycle.Cycle.Checking;
import io.reseed.validator.cycle.Cycle.Making;
import io.reseed.validator.cycle.Cycle.ReadingBack;
import io.reseed.validator.cycle.Cycle.Snapshotting;
import io.reseed.validator.cycle.CycleMachine.Steps;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the reports of an attempt lead to: each goal follows the report of the one before. */
final class Reports {
  private final CyclePolicy policy;

  Reports(CyclePolicy policy) {
    this.policy = policy;
  }

  /** The attempt in flight, if it is the one that is told about. */
  static Optional<Active> active(Steps steps, String seeding, int attempt) {
    return steps.state().cycle() instanceof Active active
            && active.assignment().seeding().equals(seeding)
            && active.assignment().attempt() == attempt
        ? Optional.of(active)
        : Optional.empty();
  }

  Instant timeoutAt(Steps steps) {
    return steps.now().plus(policy.progressTimeout());
  }

  void onSignOfLife(Steps steps, CycleInput.SignOfLife sign) {
    active(steps, sign.seeding(), sign.attempt())
        .ifPresent(active -> hear(steps, active, sign.stage()));
  }

  private void hear(Steps steps, Active active, SeedingStage stage) {
    if (mayBeIn(active, stage)) {
      steps.record(new CycleEvent.ProgressSeen(new Cycle.Life(stage, timeoutAt(steps))));
    }
  }

  /** Late words of an earlier stage's service are no sign of life of the present one. */
  private static boolean mayBeIn(Active active, SeedingStage stage) {
    return switch (active) {
      case Making making ->
          stage.compareTo(making.life().stage()) >= 0
              && stage.compareTo(SeedingStage.CATCH_UP) <= 0;
      case Checking _ -> stage == SeedingStage.CHECK;
      case Snapshotting _ -> stage == SeedingStage.SNAPSHOT;
      case ReadingBack _ -> stage == SeedingStage.READ_BACK;
    };
  }

  /** It may be read after what followed it. */
  void onRestored(Steps steps, BackupRestored report) {
    Optional<Active> found = active(steps, report.seeding(), report.attempt());
    if (found.isEmpty()) {
      return;
    }
    Active active = found.get();
    hear(steps, active, SeedingStage.CATCH_UP);
    Proof proof = active.plan().proof();
    if (!proof.has(SeedingStage.RESTORE)) {
      Proof richer = proof.restored(report.bytesWritten()).withFirst(gtidCheck(report.origin()));
      end(steps, richer, SeedingStage.RESTORE, report.durationMillis());
    }
  }

  /** Its report comes only when the sets are equal. */
  private static List<CheckResult> gtidCheck(SeedingOrigin origin) {
    return switch (origin) {
      case SeedingOrigin.Backup backup ->
          List.of(
              CheckResult.of(
                  "gtid-set",
                  CheckResult.Outcome.HELD,
                  "gtid_executed equals the manifest's of " + backup.backup(),
                  0));
      case SeedingOrigin.Donor _ -> List.of();
    };
  }

  void onCaughtUp(Steps steps, ReplicaCaughtUp report) {
    active(steps, report.seeding(), report.attempt())
        .filter(Making.class::isInstance)
        .map(Making.class::cast)
        .ifPresent(
            making -> {
              Proof proof = making.plan().proof().replayed(report.transactionsReplayed());
              end(steps, proof, SeedingStage.CATCH_UP, report.durationMillis());
              steps.record(
                  new CycleEvent.CheckOrdered(
                      ProofAssigned.check(making.assignment(), making.checks()),
                      timeoutAt(steps),
                      steps.now()));
            });
  }

  void onChecked(Steps steps, ServerChecked report) {
    Optional<Active> found = active(steps, report.seeding(), report.attempt());
    if (found.isEmpty()) {
      return;
    }
    switch (found.get()) {
      case Checking checking when report.stage() == SeedingStage.CHECK ->
          checked(steps, checking, report);
      case ReadingBack reading when report.stage() == SeedingStage.READ_BACK ->
          readBack(steps, reading, report);
      case Making _, Checking _, Snapshotting _, ReadingBack _ -> {}
    }
  }

  private void checked(Steps steps, Checking checking, ServerChecked report) {
    Proof proof = checking.plan().proof().with(report.checks());
    Plan plan = end(steps, proof, SeedingStage.CHECK, report.durationMillis());
    if (plan.kind() == CycleKind.EXAMINATION) {
      validate(steps, checking, plan, null);
      succeed(steps, checking);
    } else {
      steps.record(
          new CycleEvent.SnapshotOrdered(
              checking.assignment().with(Goal.SNAPSHOT), timeoutAt(steps), steps.now()));
    }
  }

  void onCreated(Steps steps, BackupCreated report) {
    Optional<Snapshotting> found =
        active(steps, report.seeding(), report.attempt())
            .filter(Snapshotting.class::isInstance)
            .map(Snapshotting.class::cast);
    if (found.isEmpty()) {
      return;
    }
    Snapshotting active = found.get();
    BackupStatus.Backup made = Listing.backup(report);
    Proof proof = active.plan().proof().with(report.checks());
    Plan plan = end(steps, proof, SeedingStage.SNAPSHOT, report.durationMillis());
    steps.record(new CycleEvent.BackupMade(made));
    validate(steps, active, plan, report.backup());
    if (policy.backups(steps.state().schedule().declared()).readBack()) {
      steps.record(
          new CycleEvent.ReadBackOrdered(
              active.assignment().with(Goal.READ_BACK),
              Plan.Prior.of(made),
              timeoutAt(steps),
              steps.now()));
    } else {
      succeed(steps, active);
    }
  }

  private void validate(Steps steps, Active active, Plan plan, @Nullable String next) {
    Verdicts.validate(steps, active.assignment(), plan, next);
    Instant notBefore = steps.now().plus(policy.attempts().cycleRetryInterval());
    Condemnations.acquit(steps, plan, notBefore);
  }

  /** The pages were checked while the backup was made; that tells about it, too. */
  private void readBack(Steps steps, ReadingBack reading, ServerChecked report) {
    Plan plan = end(steps, reading.plan().proof(), SeedingStage.READ_BACK, report.durationMillis());
    Proof proof = plan.proof().ofNewBackup().restored(report.bytesRestored()).with(report.checks());
    Verdicts.restorable(steps, reading.assignment(), reading.made(), proof);
    succeed(steps, reading);
  }

  private static void succeed(Steps steps, Active active) {
    steps.record(
        new CycleEvent.CycleSucceeded(active.assignment(), active.plan().kind(), steps.now()));
  }

  /** The plan with all that is known at the stage's end. */
  private static Plan end(Steps steps, Proof proof, SeedingStage stage, long durationMillis) {
    Proof whole = proof.with(stage, durationMillis);
    steps.record(new CycleEvent.StageEnded(whole, new StageTime(stage, durationMillis)));
    return steps.state().cycle().current().orElseThrow();
  }
}
