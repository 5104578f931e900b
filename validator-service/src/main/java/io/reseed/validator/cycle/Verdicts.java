package io.reseed.validator.cycle;

import io.reseed.events.Assignment;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.BackupValidated;
import io.reseed.events.Evidence;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ShardName;
import io.reseed.fleet.ShortenedText;
import io.reseed.validator.cycle.CycleMachine.Steps;
import io.reseed.validator.cycle.PendingVerdicts.Decided;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what backups are worth, and has it written until it stands. */
final class Verdicts {
  private static final int REASON_CHARACTERS_MAX = 400;

  private Verdicts() {}

  /**
   * A backup was restored, caught up and checked.
   *
   * @param next what was made of it; absent after an examination
   */
  static void validate(Steps steps, Assignment assignment, Plan plan, @Nullable String next) {
    Optional<Plan.Prior> prior = plan.prior();
    if (prior.isEmpty()) {
      return;
    }
    String reason =
        "Restored, caught up and checked on host %s in %s."
            .formatted(assignment.host(), assignment.seeding());
    Evidence evidence = plan.proof().evidence(assignment, assignment.source());
    decide(
        steps,
        new Decided(
            steps.state().verdicts().newest() + 1,
            prior.get(),
            Degree.VALIDATED,
            steps.now(),
            reason,
            evidence,
            assignment.seeding(),
            next));
  }

  /** A new backup was read back. */
  static void restorable(Steps steps, Assignment assignment, Plan.Prior made, Proof proof) {
    String reason =
        "Read back, started and checked on host %s in %s."
            .formatted(assignment.host(), assignment.seeding());
    decide(
        steps,
        new Decided(
            steps.state().verdicts().newest() + 1,
            made,
            Degree.RESTORABLE,
            steps.now(),
            reason,
            proof.evidence(assignment, null),
            assignment.seeding(),
            null));
  }

  /**
   * What showed that a backup must not be used.
   *
   * @param seeding the server that was to be made of it; absent when the repository itself did
   */
  record Fault(SeedingStage stage, Failure failure, @Nullable String seeding) {}

  static void condemn(Steps steps, Plan.Prior backup, Fault fault) {
    String where =
        fault.seeding() == null
            ? "in the repository"
            : "at %s in %s".formatted(fault.stage(), fault.seeding());
    String reason = "%s %s: %s".formatted(fault.failure().code(), where, fault.failure().message());
    decide(
        steps,
        new Decided(
            steps.state().verdicts().newest() + 1,
            backup,
            Degree.UNHEALTHY,
            steps.now(),
            ShortenedText.of(reason, REASON_CHARACTERS_MAX),
            null,
            fault.seeding(),
            null));
  }

  private static void decide(Steps steps, Decided verdict) {
    steps.record(new CycleEvent.VerdictDecided(verdict));
  }

  /** Has the first one written that does not stand yet. */
  static void pursue(Steps steps, ShardName shard) {
    PendingVerdicts pending = steps.state().verdicts();
    if (pending.due(steps.now())) {
      steps.record(new CycleEvent.VerdictAsked());
      pending
          .first()
          .ifPresent(verdict -> steps.request(new CycleEffect.RecordVerdict(shard, verdict)));
    }
  }

  static void onRecorded(Steps steps, CycleInput.VerdictRecorded recorded) {
    Topology topology = steps.state().topology();
    if (topology != null) {
      steps
          .state()
          .verdicts()
          .awaited(recorded.number())
          .ifPresent(
              verdict ->
                  steps.record(
                      new CycleEvent.VerdictRecorded(
                          verdict, announcement(topology.shard(), verdict), steps.now())));
    }
  }

  private static @Nullable BackupValidated announcement(ShardName shard, Decided verdict) {
    return verdict.degree() == Degree.VALIDATED
            && verdict.evidence() != null
            && verdict.seeding() != null
        ? new BackupValidated(
            shard,
            verdict.backup().backup(),
            verdict.backup().createdAt(),
            verdict.seeding(),
            verdict.evidence(),
            verdict.next())
        : null;
  }

  /** Whatever keeps it from being written passes, unless its backup is gone. */
  static void onRefused(Steps steps, CycleInput.VerdictRefused refused, CyclePolicy policy) {
    Optional<Decided> verdict = steps.state().verdicts().awaited(refused.number());
    if (verdict.isEmpty()) {
      return;
    }
    boolean gone = refused.failure().is(FailureCode.BACKUP_MISSING);
    steps.record(
        gone
            ? new CycleEvent.VerdictDropped(verdict.get())
            : new CycleEvent.VerdictRefused(
                refused.failure(), steps.now().plus(policy.retryInterval())));
  }
}
