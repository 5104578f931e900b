package io.reseed.validator.proof;

import io.reseed.events.Event;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingStage;
import io.reseed.validator.proof.ProofJob.Begun;
import io.reseed.validator.proof.ProofJob.Checked;
import io.reseed.validator.proof.ProofJob.Committed;
import io.reseed.validator.proof.ProofJob.Failed;
import io.reseed.validator.proof.ProofJob.Noted;
import io.reseed.validator.proof.ProofJob.ReadBack;
import io.reseed.validator.proof.ProofJob.State;
import java.util.Optional;

/** What an assigned goal asks of a job. */
final class ProofGoal {
  private ProofGoal() {}

  /** Whether nothing is left to do for it. */
  static boolean isReached(Goal goal, State state) {
    return switch (state) {
      case Begun _ -> false;
      case Checked _, Noted _ -> goal == Goal.CHECK;
      case Committed _ -> goal != Goal.READ_BACK;
      case ReadBack _, Failed _ -> true;
    };
  }

  /**
   * What the coordinator waits for; empty when the job went on beyond the assigned goal, which it
   * did only after the report of that one had been read.
   */
  static Optional<Event> report(ProofJob job, ProofAssigned assignment) {
    Goal goal = assignment.goal();
    return switch (job.state()) {
      case Failed failed -> Optional.of(failed(job, assignment, failed));
      case Checked checked when goal == Goal.CHECK -> Optional.of(checked.report());
      case Committed committed when goal == Goal.SNAPSHOT -> Optional.of(committed.announcement());
      case ReadBack readBack when goal == Goal.READ_BACK -> Optional.of(readBack.report());
      case Begun _, Checked _, Noted _, Committed _, ReadBack _ -> Optional.empty();
    };
  }

  private static SeedingFailed failed(ProofJob job, ProofAssigned assignment, Failed failed) {
    return new SeedingFailed(
        assignment.shard(),
        assignment.seeding(),
        assignment.attempt(),
        assignment.purpose(),
        assignment.host(),
        failed.stage(),
        failed.failure(),
        failed.stage() == SeedingStage.READ_BACK ? job.backup() : assignment.originBackup());
  }
}
