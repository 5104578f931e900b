package io.reseed.restore;

import io.reseed.fleet.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What the agent sees of one job besides its durable state.
 *
 * @param busy an action is under way, or must wait before it is tried again
 * @param outcome what the last action brought, until it was decided upon
 * @param death why its mysqld does not run, once it has not for longer than the grace
 * @param announced the state's event was published since this agent started
 */
record Observation(
    boolean busy, @Nullable Outcome outcome, @Nullable Failure death, boolean announced) {

  /** What an action brought. */
  sealed interface Outcome {
    /** ADMIT found a place. */
    record Admitted(JobState.Slot slot) implements Outcome {}

    /** FETCH brought all files. */
    record Fetched(JobState.Copy copy) implements Outcome {}

    /** START has mysqld accepting connections. */
    record Started() implements Outcome {}

    /** VERIFY found what was asked for. */
    record Verified(JobState.Proof proof) implements Outcome {}

    /** UNFENCE is done. */
    record FenceLifted() implements Outcome {}

    /** ABANDON or ERASE left neither process nor files. */
    record Undone() implements Outcome {}

    /** ADMIT, FETCH, START or VERIFY failed; other actions are tried again until they succeed. */
    record Failed(Failure failure) implements Outcome {}
  }
}
