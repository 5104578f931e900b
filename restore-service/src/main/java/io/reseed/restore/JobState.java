package io.reseed.restore;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.Failure;
import org.jspecify.annotations.Nullable;

/**
 * How far one job is. Each state is written durably before the step that it announces is taken, so
 * that an agent that was killed at any moment knows what may be lying there. The methods of the
 * states are the only legal transitions; {@link Kept} has none that leads to a removal.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "name")
@JsonSubTypes({
  @JsonSubTypes.Type(value = JobState.Accepted.class, name = "accepted"),
  @JsonSubTypes.Type(value = JobState.Fetching.class, name = "fetching"),
  @JsonSubTypes.Type(value = JobState.Starting.class, name = "starting"),
  @JsonSubTypes.Type(value = JobState.Verifying.class, name = "verifying"),
  @JsonSubTypes.Type(value = JobState.Restored.class, name = "restored"),
  @JsonSubTypes.Type(value = JobState.Kept.class, name = "kept"),
  @JsonSubTypes.Type(value = JobState.Failing.class, name = "failing"),
  @JsonSubTypes.Type(value = JobState.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = JobState.Removing.class, name = "removing")
})
sealed interface JobState {

  /**
   * The server's place on this host; chosen once, so that a resumed job goes on with the same.
   *
   * @param serverId {@code server_id}
   */
  record Slot(int port, long serverId) {}

  /**
   * What was brought into the data directory.
   *
   * @param gtidSet what {@code gtid_executed} must be, by the manifest; absent for a clone, which
   *     has no manifest
   */
  record Copy(@Nullable String gtidSet, long bytesRead, long bytesWritten) {}

  /** What the running server said of itself when it was verified. */
  record Proof(String serverUuid, String gtidSet, long durationMillis) {}

  /** A state before the hand-over: the job may be given up. */
  sealed interface Removable extends JobState {
    /** Nobody wants it any longer. */
    default Removing remove(String reason) {
      return new Removing(reason);
    }
  }

  /** A state that can go wrong. */
  sealed interface Fallible extends Removable {
    /** It cannot be finished; what it holds is undone before the failure is announced. */
    default Failing fail(Failure failure) {
      return new Failing(failure, SeedingStage.RESTORE);
    }
  }

  /** The assignment was taken up; nothing is held yet. */
  record Accepted() implements Fallible {
    Fetching admit(Slot slot) {
      return new Fetching(slot);
    }
  }

  /** Files come from the store, or from a donor. */
  record Fetching(Slot slot) implements Fallible {
    Starting fetched(Copy copy) {
      return new Starting(slot, copy);
    }
  }

  /** All files are there; mysqld is being started on them, fenced. */
  record Starting(Slot slot, Copy copy) implements Fallible {
    Verifying started() {
      return new Verifying(slot, copy);
    }
  }

  /** mysqld runs; it has to prove that it is what was asked for. */
  record Verifying(Slot slot, Copy copy) implements Fallible {
    Restored verified(Proof proof) {
      return new Restored(slot, copy, proof);
    }
  }

  /** The server runs, fenced and proven; catch-up and what follows are others' work. */
  record Restored(Slot slot, Copy copy, Proof proof) implements Fallible {
    Kept keep() {
      return new Kept(slot, false);
    }

    /** What befalls the server now, befalls it while it catches up. */
    @Override
    public Failing fail(Failure failure) {
      return new Failing(failure, SeedingStage.CATCH_UP);
    }
  }

  /**
   * The server belongs to the fleet: this agent never removes it.
   *
   * @param fenceLifted whether it replicates again by itself after a restart
   */
  record Kept(Slot slot, boolean fenceLifted) implements JobState {
    Kept liftFence() {
      return new Kept(slot, true);
    }
  }

  /**
   * It went wrong; process and files are being removed.
   *
   * @param stage how far the seeding was
   */
  record Failing(Failure failure, SeedingStage stage) implements Removable {
    Failed undone() {
      return new Failed(failure, stage);
    }
  }

  /**
   * It went wrong and holds nothing; waits for its coordinator's decision.
   *
   * @param stage how far the seeding was
   */
  record Failed(Failure failure, SeedingStage stage) implements Removable {}

  /** Process, files and finally the job's own folder are being removed. */
  record Removing(String reason) implements JobState {}

  /** The server's place, in the states that hold one. */
  static @Nullable Slot slotOf(JobState state) {
    return switch (state) {
      case Fetching fetching -> fetching.slot();
      case Starting starting -> starting.slot();
      case Verifying verifying -> verifying.slot();
      case Restored restored -> restored.slot();
      case Kept kept -> kept.slot();
      case Accepted _, Failing _, Failed _, Removing _ -> null;
    };
  }
}
