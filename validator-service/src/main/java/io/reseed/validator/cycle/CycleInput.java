package io.reseed.validator.cycle;

import io.reseed.events.BackupCreated;
import io.reseed.events.BackupPolicy;
import io.reseed.events.BackupRequested;
import io.reseed.events.BackupRestored;
import io.reseed.events.BackupStatus;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the machine is told. */
sealed interface CycleInput {

  /** The newest picture of the shard's servers. */
  record ShardSeen(Topology topology) implements CycleInput {}

  /** Nobody declares the shard any longer: it is out of our care. */
  record ShardGone() implements CycleInput {}

  /** How the shard's backups shall be made; absent: as the configuration says. */
  record Declared(@Nullable BackupPolicy policy) implements CycleInput {}

  /** Somebody wants a cycle now. */
  record Requested(BackupRequested request) implements CycleInput {}

  /**
   * What the repository holds.
   *
   * @param look which look this answers
   * @param backups newest first
   * @param unusable why, of those that cannot be used as they lie there
   * @param whole whether these are all; else older ones are left out
   */
  record Listed(
      int look, List<BackupStatus.Backup> backups, Map<String, Failure> unusable, boolean whole)
      implements CycleInput {
    /** Copies. */
    public Listed {
      backups = List.copyOf(backups);
      unusable = Map.copyOf(unusable);
    }
  }

  /** The repository could not be looked at. */
  record ListingFailed(int look, Failure failure) implements CycleInput {}

  /** A verdict stands beside its backup. */
  record VerdictRecorded(long number) implements CycleInput {}

  /** A verdict could not be recorded. */
  record VerdictRefused(long number, Failure failure) implements CycleInput {}

  /** A host can take the server. */
  record Placed(Token token, String host, @Nullable String hostIdentity) implements CycleInput {}

  /** No host can take the server now, or the donor does not answer. */
  record NotPlaced(Token token, Failure failure) implements CycleInput {}

  /** An attempt gave a sign of life. */
  record SignOfLife(String seeding, int attempt, SeedingStage stage) implements CycleInput {}

  /** An attempt's server was made. */
  record Restored(BackupRestored report) implements CycleInput {}

  /** An attempt's server caught up. */
  record CaughtUp(ReplicaCaughtUp report) implements CycleInput {}

  /** An attempt's server, or the one made of its new backup, was checked. */
  record Checked(ServerChecked report) implements CycleInput {}

  /** A backup was committed. */
  record Created(BackupCreated backup) implements CycleInput {}

  /** An attempt failed. */
  record Failed(SeedingFailed failed) implements CycleInput {}

  /** A replica could not be made of a backup. */
  record ReplicaFailed(SeedingFailed failed) implements CycleInput {}

  /** A deadline of the state is due. */
  record TimerFired() implements CycleInput {}

  /** This instance has just taken the shard over: ask the world again. */
  record Resumed() implements CycleInput {}

  /**
   * What a place was looked for; an answer that does not fit the state any more is ignored.
   *
   * @param source whom the server is to be copied or caught up from
   */
  record Token(String seeding, int attempt, ServerAddress source) {}
}
