package io.reseed.catchup;

import io.reseed.events.BackupRestored;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.fleet.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What has been decided about one seeding; the only thing that changes a state. */
sealed interface CatchUpEvent {
  /** The seeding it is about. */
  String seeding();

  /** An assignment is followed from now on; one of a new attempt begins anew. */
  record AssignmentFollowed(SeedingAssigned assignment, Instant at) implements CatchUpEvent {
    @Override
    public String seeding() {
      return assignment.seeding();
    }
  }

  /** The server's making is done. */
  record RestoreNoted(BackupRestored restored, Instant at) implements CatchUpEvent {
    @Override
    public String seeding() {
      return restored.seeding();
    }
  }

  /** Attaching did not work; it is tried again at {@code retryAt}. */
  record AttachDeferred(String seeding, Failure failure, Instant at, Instant retryAt)
      implements CatchUpEvent {}

  /** An attach effect went out. */
  record AttachTried(String seeding) implements CatchUpEvent {}

  /** The server replicates. */
  record AttachSucceeded(String seeding, String pinned, String executed, Instant at)
      implements CatchUpEvent {}

  /** A sample effect went out. */
  record SampleTaken(String seeding) implements CatchUpEvent {}

  /** The server was seen. */
  record Progressed(
      String seeding,
      String executed,
      @Nullable Long lagMillis,
      @Nullable Failure error,
      Instant at)
      implements CatchUpEvent {}

  /** The server was not seen. */
  record SampleLost(String seeding, Failure failure, Instant at) implements CatchUpEvent {}

  /** The server stands still: attach again, from the assignment's current source. */
  record ReattachDecided(String seeding, Instant at) implements CatchUpEvent {}

  /** The server caught up, and must not be handed over as it is. */
  record HandOverBlocked(String seeding, Failure failure, Instant at) implements CatchUpEvent {}

  /** The server caught up. */
  record CaughtUp(ReplicaCaughtUp announcement, Instant at) implements CatchUpEvent {
    @Override
    public String seeding() {
      return announcement.seeding();
    }
  }

  /** This attempt failed; its coordinator decides what follows. */
  record GivenUp(SeedingFailed announcement, Instant at) implements CatchUpEvent {
    @Override
    public String seeding() {
      return announcement.seeding();
    }
  }

  /**
   * An instance took the shard up: how long ago anything was, nobody knows, so that whatever is
   * waited for is waited for anew.
   */
  record TakenUp(String seeding, Instant at) implements CatchUpEvent {}

  /** The seeding is over. */
  record Forgotten(String seeding) implements CatchUpEvent {}
}
