package io.reseed.validator;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupStatus;
import io.reseed.events.Failure;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerAddress;
import java.util.List;

/** What the machine is told. */
sealed interface CycleInput {

  /** The newest picture of the shard's servers. */
  record ShardSeen(Topology topology) implements CycleInput {}

  /** Nobody declares the shard any longer: it is out of our care. */
  record ShardGone() implements CycleInput {}

  /**
   * What the repository holds.
   *
   * @param look which look this answers
   * @param backups newest first
   */
  record Listed(int look, List<BackupStatus.Backup> backups) implements CycleInput {
    /** Copies. */
    public Listed {
      backups = List.copyOf(backups);
    }
  }

  /** The repository could not be looked at. */
  record ListingFailed(int look, Failure failure) implements CycleInput {}

  /** A host can take the server. */
  record Placed(Token token, String host) implements CycleInput {}

  /** No host can take the server now, or the donor does not answer. */
  record NotPlaced(Token token, Failure failure) implements CycleInput {}

  /** An attempt gave a sign of life. */
  record SignOfLife(String seeding, int attempt, SeedingStage stage) implements CycleInput {}

  /** An attempt's server caught up. */
  record CaughtUp(String seeding, int attempt) implements CycleInput {}

  /** A backup was committed. */
  record Created(BackupCreated backup) implements CycleInput {}

  /** An attempt failed. */
  record Failed(SeedingFailed failed) implements CycleInput {}

  /** A deadline of the state is due. */
  record TimerFired() implements CycleInput {}

  /** This instance has just taken the shard over: ask the world again. */
  record Resumed() implements CycleInput {}

  /** What a place was looked for; an answer that does not fit the state any more is ignored. */
  record Token(String seeding, int attempt, ServerAddress donor) {}
}
