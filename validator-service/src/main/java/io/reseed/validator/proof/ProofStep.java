package io.reseed.validator.proof;

import io.reseed.events.ProofAssigned.Goal;
import io.reseed.validator.proof.ProofJob.State;

/** One step of a proof; each may be repeated after a crash in its middle. */
enum ProofStep {
  /** Check the running server. */
  CHECK(Goal.CHECK),
  /** Stop its replication and note its position. */
  NOTE(Goal.SNAPSHOT),
  /** Stop it, and write its files as a backup. */
  COMMIT(Goal.SNAPSHOT),
  /** Restore that beside it, and have a server come up from it. */
  READ_BACK(Goal.READ_BACK),
  /** Remove what a read-back left. */
  CLEAR(Goal.READ_BACK);

  private final Goal goal;

  ProofStep(Goal goal) {
    this.goal = goal;
  }

  /** What it is taken for. */
  Goal goal() {
    return goal;
  }

  /** What brings a job out of a state. */
  static ProofStep after(ProofJob.Open state) {
    return switch (state) {
      case ProofJob.Begun _ -> CHECK;
      case ProofJob.Checked _ -> NOTE;
      case ProofJob.Noted _ -> COMMIT;
      case ProofJob.Committed _ -> READ_BACK;
    };
  }

  /** What a step brought. */
  sealed interface Outcome {
    /** The state that it led to; failed, where it did not work. */
    record Reached(State state) implements Outcome {}

    /** Nothing of a read-back is left. */
    record Cleared() implements Outcome {}
  }
}
