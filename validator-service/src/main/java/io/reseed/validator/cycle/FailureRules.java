package io.reseed.validator.cycle;

import io.reseed.events.Assignment;
import io.reseed.events.CycleKind;
import io.reseed.events.SeedingStage;
import io.reseed.events.ValidationFailed;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.validator.cycle.Cycle.Active;
import io.reseed.validator.cycle.Cycle.Attempting;
import io.reseed.validator.cycle.Cycle.ReadingBack;
import io.reseed.validator.cycle.CycleMachine.Steps;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt's failure tells, and about which backup: the table of
 * docs/adr/every-backup-is-proven.md.
 */
final class FailureRules {
  private final CyclePolicy policy;

  FailureRules(CyclePolicy policy) {
    this.policy = policy;
  }

  void fail(Steps steps, Active active, SeedingStage stage, Failure failure) {
    boolean bad = failure.failureClass() == FailureClass.BAD_BACKUP;
    switch (active) {
      case ReadingBack reading when bad -> condemnMade(steps, reading, stage, failure);
      case ReadingBack reading -> leaveUnread(steps, reading, stage, failure);
      case Attempting attempting -> {
        Optional<Plan.Prior> prior = attempting.plan().prior();
        if (failure.is(FailureCode.BINLOG_GAP) && prior.isPresent()) {
          leaveUnusable(steps, attempting, new Found(prior.get(), stage, failure));
        } else if (bad && prior.isPresent()) {
          condemnPrior(steps, attempting, new Found(prior.get(), stage, failure));
        } else {
          count(steps, attempting, stage, failure);
        }
      }
    }
  }

  private record Found(Plan.Prior backup, SeedingStage stage, Failure failure) {}

  /** Nothing is wrong with it, and no other attempt from it can come to anything. */
  private static void leaveUnusable(Steps steps, Attempting attempting, Found unusable) {
    String backup = unusable.backup().backup();
    Assignment assignment = attempting.assignment();
    boolean fresh = attempting.plan().kind() == CycleKind.REGULAR;
    ValidationFailed.Next next =
        fresh
            ? Condemnations.cure(
                steps,
                "backup " + backup + " is not usable with the present primary",
                steps.state().schedule().fresh().notBefore())
            : ValidationFailed.Next.NONE;
    ValidationFailed announcement =
        new ValidationFailed(
            assignment.shard(),
            assignment.seeding(),
            backup,
            false,
            unusable.stage(),
            unusable.failure(),
            next);
    steps.record(new CycleEvent.PriorUnusable(assignment, announcement, steps.now()));
  }

  /** The prior one stays as it was proven. */
  private void condemnMade(Steps steps, ReadingBack reading, SeedingStage stage, Failure failure) {
    boolean fresh = reading.plan().kind() == CycleKind.FRESH;
    Schedule.Fresh earlier = steps.state().schedule().fresh();
    // a second one in a row that comes to nothing does not lead to a third one at once
    Instant notBefore =
        fresh && earlier.failedAt() != null
            ? earlier.failedAt().plus(policy.attempts().cycleRetryInterval())
            : null;
    Found condemned = new Found(reading.made(), stage, failure);
    ValidationFailed.Next next =
        Condemnations.cure(steps, Condemnations.reason(reading.made().backup()), notBefore);
    condemn(steps, reading, condemned, new Outcome(next, notBefore));
  }

  private record Outcome(ValidationFailed.Next next, @Nullable Instant freshNotBefore) {}

  private static void condemnPrior(Steps steps, Attempting attempting, Found condemned) {
    String backup = condemned.backup().backup();
    Instant notBefore = steps.state().schedule().fresh().notBefore();
    KnownBackups backups = steps.state().backups();
    boolean fresh =
        switch (attempting.plan().kind()) {
          case REGULAR -> true;
          case EXAMINATION ->
              !backups.usableBesides(backup)
                  || (attempting.plan().ofSuspicion() && backups.isNewestUsable(backup));
          case FRESH -> false;
        };
    ValidationFailed.Next next =
        fresh
            ? Condemnations.cure(steps, Condemnations.reason(backup), notBefore)
            : ValidationFailed.Next.NONE;
    condemn(steps, attempting, condemned, new Outcome(next, notBefore));
  }

  private static void condemn(Steps steps, Active active, Found condemned, Outcome outcome) {
    Verdicts.Fault fault =
        new Verdicts.Fault(condemned.stage(), condemned.failure(), active.assignment().seeding());
    Verdicts.condemn(steps, condemned.backup(), fault);
    steps.record(
        new CycleEvent.Condemned(
            active.assignment(),
            announcement(active, condemned, outcome.next()),
            outcome.freshNotBefore(),
            steps.now()));
  }

  private static ValidationFailed announcement(
      Active active, Found condemned, ValidationFailed.Next next) {
    return new ValidationFailed(
        active.assignment().shard(),
        active.assignment().seeding(),
        condemned.backup().backup(),
        true,
        condemned.stage(),
        condemned.failure(),
        next);
  }

  private void leaveUnread(Steps steps, ReadingBack reading, SeedingStage stage, Failure failure) {
    ValidationFailed announcement =
        new ValidationFailed(
            reading.assignment().shard(),
            reading.assignment().seeding(),
            reading.made().backup(),
            false,
            stage,
            failure,
            ValidationFailed.Next.LATER_CYCLE);
    Instant soonAt = steps.now().plus(policy.attempts().cycleRetryInterval());
    steps.record(
        new CycleEvent.ReadBackFailed(reading.assignment(), announcement, soonAt, steps.now()));
  }

  /** Nobody is condemned; tried again within the budget. */
  private void count(Steps steps, Attempting attempting, SeedingStage stage, Failure failure) {
    Assignment assignment = attempting.assignment();
    int failures = attempting.plan().failed(assignment, failure).failures();
    if (failure.failureClass() != FailureClass.BUG && failures < policy.attempts().max()) {
      Instant retryAt = steps.now().plus(policy.backoff(failures));
      steps.record(new CycleEvent.AttemptFailed(assignment, failure, retryAt));
      return;
    }
    ValidationFailed announcement =
        new ValidationFailed(
            assignment.shard(),
            assignment.seeding(),
            attempting.plan().backup(),
            false,
            stage,
            failure,
            ValidationFailed.Next.LATER_CYCLE);
    Instant retryAt = steps.now().plus(policy.attempts().cycleRetryInterval());
    CycleEvent.Next next = new CycleEvent.Next(kindAfter(attempting.plan(), failure), retryAt);
    steps.record(new CycleEvent.CycleFailed(assignment, announcement, next, steps.now()));
  }

  private static CycleKind kindAfter(Plan plan, Failure failure) {
    return switch (failure.failureClass()) {
      case TRANSIENT -> plan.kind();
      case OPERATOR_MUST_ACT, BAD_BACKUP, BUG -> CycleKind.FRESH;
    };
  }
}
