package io.reseed.validator.proof;

import io.reseed.validator.proof.ProofJob.State;

/** One step of a proof; each may be repeated after a crash in its middle. */
enum ProofStep {
  /** Check the running server. */
  CHECK(ProofGoal.CHECK),
  /** Stop its replication and note its position. */
  NOTE(ProofGoal.SNAPSHOT),
  /** Stop it, and write its files as a backup. */
  COMMIT(ProofGoal.SNAPSHOT),
  /** Restore that beside it, and have a server come up from it. */
  READ_BACK(ProofGoal.READ_BACK),
  /** Remove what a read-back left. */
  CLEAR(ProofGoal.READ_BACK);

  private final ProofGoal goal;

  ProofStep(ProofGoal goal) {
    this.goal = goal;
  }

  /** What it is taken for. */
  ProofGoal goal() {
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
