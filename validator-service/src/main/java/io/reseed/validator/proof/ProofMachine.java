package io.reseed.validator.proof;

import io.reseed.agent.Decision;
import io.reseed.agent.Decision.Act;
import io.reseed.agent.Desired;
import io.reseed.agent.JobId;
import io.reseed.agent.JobMachine;
import io.reseed.agent.Observation;
import io.reseed.events.Event;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.validator.proof.ProofJob.Begun;
import io.reseed.validator.proof.ProofJob.Checked;
import io.reseed.validator.proof.ProofJob.Committed;
import io.reseed.validator.proof.ProofJob.Failed;
import io.reseed.validator.proof.ProofJob.Noted;
import io.reseed.validator.proof.ProofJob.Open;
import io.reseed.validator.proof.ProofJob.ReadBack;
import io.reseed.validator.proof.ProofStep.Outcome;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Takes an attempt's job up to the state that the assigned goal asks for, and reports that; one
 * goal after the other. Pure but for the ids of new backups.
 */
final class ProofMachine implements JobMachine<ProofAssigned, ProofJob, ProofStep, Outcome> {
  private final RandomGenerator random;

  ProofMachine(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public Optional<ProofJob> accept(ProofAssigned assignment, Instant now) {
    return Optional.of(begun(assignment, now));
  }

  private ProofJob begun(ProofAssigned assignment, Instant now) {
    String backup = BackupId.create(now, random).text();
    return new ProofJob(JobId.of(assignment), backup, now, new Begun());
  }

  @Override
  public Optional<ProofJob> acceptUnreadable(ProofAssigned assignment, String reason, Instant now) {
    Failure failure =
        Failure.of(
            FailureCode.JOB_FILE_UNREADABLE,
            "Cannot understand " + reason,
            "Another attempt follows; keep the file and report it.");
    return Optional.of(begun(assignment, now).with(new Failed(assignment.goal().stage(), failure)));
  }

  /** What it makes itself it removes; the server is the restore-service's. */
  @Override
  public boolean isHandedOver(ProofJob job) {
    return false;
  }

  @Override
  public Decision<ProofJob, ProofStep> decide(
      ProofJob job,
      Desired<ProofAssigned> desired,
      Observation<Outcome> observed,
      Collection<ProofJob> others) {
    return switch (desired) {
      case Desired.Unknown<ProofAssigned> _ -> idle(job, observed);
      case Desired.Gone<ProofAssigned> _ -> unwanted(job, observed);
      case Desired.Assigned<ProofAssigned> assigned -> pursue(job, assigned.assignment(), observed);
    };
  }

  private static Decision<ProofJob, ProofStep> idle(ProofJob job, Observation<Outcome> observed) {
    return new Decision<>(job, observed.busy() ? new Act.Cancel<>() : new Act.Rest<>());
  }

  private static Decision<ProofJob, ProofStep> unwanted(
      ProofJob job, Observation<Outcome> observed) {
    if (observed.busy()) {
      return new Decision<>(job, new Act.Cancel<>());
    }
    boolean cleared = observed.outcome().filter(Outcome.Cleared.class::isInstance).isPresent();
    return new Decision<>(job, cleared ? new Act.Forget<>() : new Act.Begin<>(ProofStep.CLEAR));
  }

  private static Decision<ProofJob, ProofStep> pursue(
      ProofJob job, ProofAssigned assignment, Observation<Outcome> observed) {
    Goal goal = assignment.goal();
    ProofJob now = job;
    if (observed.outcome().isPresent()
        && observed.outcome().get() instanceof Outcome.Reached reached) {
      now = job.with(reached.state());
    }
    if (observed.busy()) {
      return new Decision<>(now, new Act.Rest<>());
    }
    if (now.state() instanceof Open open && !ProofGoal.isReached(goal, open)) {
      ProofStep step = ProofStep.after(open);
      if (step.goal() == goal) {
        return new Decision<>(now, new Act.Begin<>(step));
      }
      now = now.with(open.failed(goal.stage(), forgotten(job, goal, step.goal())));
    }
    boolean reported = observed.reported() && now.equals(job);
    Optional<Event> report = reported ? Optional.empty() : ProofGoal.report(now, assignment);
    return new Decision<>(
        now, report.<Act<ProofStep>>map(Act.Report::new).orElseGet(Act.Rest::new));
  }

  /** A goal follows only once the report before was read: else the job file was lost since. */
  private static Failure forgotten(ProofJob job, Goal wanted, Goal needed) {
    return Failure.of(
        FailureCode.SERVER_LOST,
        "%s is wanted of %s, but this host knows nothing of its %s: its job file was lost."
            .formatted(wanted.stage(), job.id(), needed.stage()),
        "Did somebody remove it? Another attempt makes a new one.");
  }

  /** A state that cannot be remembered is worth nothing, unless it is what came of the job. */
  static ProofJob notWritten(ProofJob next, Failure failure) {
    return switch (next.state()) {
      case Begun begun -> next.with(begun.failed(SeedingStage.CHECK, failure));
      case Checked checked -> next.with(checked.failed(SeedingStage.CHECK, failure));
      case Noted noted -> next.with(noted.failed(SeedingStage.SNAPSHOT, failure));
      case Committed _, ReadBack _, Failed _ -> next;
    };
  }
}
