package io.reseed.agent;

import io.reseed.events.Assignment;
import io.reseed.events.SeedingStage;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Takes the steps that a machine decides on, each on a thread of its own. Thread-safe for different
 * jobs.
 *
 * @param <S> the steps
 * @param <R> what they bring
 */
public interface Steps<A extends Assignment, J extends HostJob, S, R> {

  /** What came of a step. */
  sealed interface Result<R> {
    /** The machine decides what follows. */
    record Done<R>(R outcome) implements Result<R> {}

    /** The step must succeed and did not: it is decided on again after a pause. */
    record Again<R>(String code, String reason) implements Result<R> {}
  }

  /**
   * Takes a step; it may have been taken before, in part or whole.
   *
   * @throws InterruptedException when it was cancelled; that is no failure
   */
  Result<R> perform(S step, J job, JobControl<A> control) throws InterruptedException;

  /** Whether a step that is cancelled is interrupted; what is short runs to its end. */
  boolean isInterruptible(S step);

  /** What is said of the progress of a step while it is under way; empty for nothing. */
  Optional<SeedingStage> stage(S step);

  /**
   * A state could not be made durable. Throws for the last step to be taken again; or returns what
   * the job is from now on, in memory.
   */
  default J notWritten(J next, UncheckedIOException thrown) {
    throw thrown;
  }
}
