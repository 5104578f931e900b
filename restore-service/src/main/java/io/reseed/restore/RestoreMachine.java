package io.reseed.restore;

import io.reseed.agent.Desired;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.restore.JobState.Accepted;
import io.reseed.restore.JobState.Failed;
import io.reseed.restore.JobState.Failing;
import io.reseed.restore.JobState.Fallible;
import io.reseed.restore.JobState.Fetching;
import io.reseed.restore.JobState.Kept;
import io.reseed.restore.JobState.Removable;
import io.reseed.restore.JobState.Removing;
import io.reseed.restore.JobState.Restored;
import io.reseed.restore.JobState.Starting;
import io.reseed.restore.JobState.Verifying;
import io.reseed.restore.Observation.Outcome;
import io.reseed.restore.RestoreDecision.Action;

/**
 * Decides about one job from its durable state, what is desired and what is seen; changes nothing
 * and remembers nothing, so it may be asked at any time and again after every restart.
 */
final class RestoreMachine {
  private RestoreMachine() {}

  /**
   * The first state of a job for an assigned seeding that this host knows nothing of. To go on with
   * a server that is not here cannot be done: that is reported, rather than waited for.
   */
  static JobState accept(SeedingAssigned assigned) {
    if (assigned.goal() == Goal.MAKE) {
      return new Accepted();
    }
    return new Accepted()
        .fail(
            Failure.of(
                FailureCode.SERVER_LOST,
                "Host %s holds no server of seeding %s attempt %d that it could %s."
                    .formatted(
                        assigned.host(), assigned.seeding(), assigned.attempt(), assigned.goal()),
                "Was the host's directory emptied or replaced? Another attempt makes a new one."));
  }

  /** What to do about a job now. */
  static RestoreDecision decide(JobState state, Desired<Goal> desired, Observation seen) {
    return switch (desired) {
      case Desired.Unknown<Goal> _ ->
          new RestoreDecision(state, seen.busy() ? Action.CANCEL : Action.REST);
      case Desired.Gone<Goal> gone when state instanceof Removable unfinished ->
          new RestoreDecision(unfinished.remove(gone.reason()), unlessBusy(Action.ERASE, seen));
      case Desired.Gone<Goal> _ -> pursue(state, Goal.MAKE, seen);
      case Desired.Assigned<Goal> assigned -> pursue(state, assigned.assignment(), seen);
    };
  }

  private static RestoreDecision pursue(JobState state, Goal goal, Observation seen) {
    if (state instanceof Removing) {
      return new RestoreDecision(
          state,
          seen.outcome() instanceof Outcome.Undone
              ? Action.FORGET
              : unlessBusy(Action.ERASE, seen));
    }
    if (state instanceof Fallible fallible && seen.outcome() instanceof Outcome.Failed failed) {
      return new RestoreDecision(fallible.fail(failed.failure()), Action.ABANDON);
    }
    if (state instanceof Restored restored) {
      return restored(restored, goal, seen);
    }
    if (seen.busy()) {
      return rest(state);
    }
    return switch (state) {
      case Accepted accepted ->
          seen.outcome() instanceof Outcome.Admitted admitted
              ? new RestoreDecision(accepted.admit(admitted.slot()), Action.FETCH)
              : new RestoreDecision(accepted, Action.ADMIT);
      case Fetching fetching ->
          seen.outcome() instanceof Outcome.Fetched fetched
              ? new RestoreDecision(fetching.fetched(fetched.copy()), Action.START)
              : new RestoreDecision(fetching, Action.FETCH);
      case Starting starting ->
          seen.outcome() instanceof Outcome.Started
              ? new RestoreDecision(starting.started(), Action.VERIFY)
              : new RestoreDecision(starting, Action.START);
      case Verifying verifying ->
          seen.outcome() instanceof Outcome.Verified verified
              ? new RestoreDecision(verifying.verified(verified.proof()), Action.ANNOUNCE)
              : new RestoreDecision(verifying, Action.VERIFY);
      case Kept kept -> kept(kept, seen);
      case Failing failing ->
          seen.outcome() instanceof Outcome.Undone
              ? new RestoreDecision(failing.undone(), Action.ANNOUNCE)
              : new RestoreDecision(failing, Action.ABANDON);
      case Failed _ -> new RestoreDecision(state, seen.announced() ? Action.REST : Action.ANNOUNCE);
      case Restored _, Removing _ -> rest(state);
    };
  }

  /**
   * The hand-over goes before everything: the server belongs to the fleet as soon as its
   * coordinator says so. Once the server caught up, a proof agent watches mysqld: its checks may
   * show that it cannot live on its files, and the snapshot stops it on purpose. That the goal says
   * so from the checks on, and not only when it is stopped, is for the order of records: the proof
   * agent reads of the snapshot on a topic of its own, maybe long before this one is read.
   */
  private static RestoreDecision restored(Restored restored, Goal goal, Observation seen) {
    return switch (goal) {
      case KEEP -> new RestoreDecision(restored.keep(), unlessBusy(Action.UNFENCE, seen));
      case REPLICATE, HOLD -> rest(restored);
      case MAKE -> {
        Failure death = seen.death();
        if (death != null) {
          yield new RestoreDecision(restored.fail(death), unlessBusy(Action.ABANDON, seen));
        }
        yield new RestoreDecision(
            restored, seen.announced() || seen.busy() ? Action.REST : Action.ANNOUNCE);
      }
    };
  }

  private static RestoreDecision kept(Kept kept, Observation seen) {
    if (kept.fenceLifted()) {
      return rest(kept);
    }
    return seen.outcome() instanceof Outcome.FenceLifted
        ? rest(kept.liftFence())
        : new RestoreDecision(kept, Action.UNFENCE);
  }

  private static Action unlessBusy(Action action, Observation seen) {
    return seen.busy() ? Action.CANCEL : action;
  }

  private static RestoreDecision rest(JobState state) {
    return new RestoreDecision(state, Action.REST);
  }
}
