package io.reseed.catchup;

import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingAssigned;
import io.reseed.fleet.Failure;
import io.reseed.fleet.SettingDifference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the machine is told. */
sealed interface CatchUpInput {

  /** The newest assignment for a seeding. */
  record Assigned(SeedingAssigned assignment) implements CatchUpInput {}

  /** The seeding is over: tombstone. */
  record Withdrawn(String seeding) implements CatchUpInput {}

  /** A server stands and can be attached. */
  record Restored(BackupRestored restored) implements CatchUpInput {}

  /**
   * The server replicates from its source.
   *
   * @param token which effect this answers
   * @param pinned what the source had executed at this moment: the target of the catch-up
   * @param executed what the server had executed before
   */
  record Attached(Token token, String pinned, String executed) implements CatchUpInput {}

  /**
   * The server could not be attached.
   *
   * @param settled whether this attempt cannot get further with this source, however long it waits
   */
  record AttachRefused(Token token, Failure failure, boolean settled) implements CatchUpInput {}

  /**
   * One look at the replicating server.
   *
   * @param lagMillis absent while replication does not run or the lag is unknown
   * @param error what replication complains about, if it does
   */
  record Sampled(Token token, String executed, @Nullable Long lagMillis, @Nullable Failure error)
      implements CatchUpInput {}

  /** What the server, which is to be handed over, has otherwise than its source. */
  record Compared(Token token, List<SettingDifference> differences) implements CatchUpInput {
    public Compared {
      differences = List.copyOf(differences);
    }
  }

  /** The server did not answer. */
  record SampleMissed(Token token, Failure failure) implements CatchUpInput {}

  /** A deadline of the state is due. */
  record TimerFired() implements CatchUpInput {}

  /** This instance has just taken the shard over: ask the world again. */
  record Resumed() implements CatchUpInput {}

  /**
   * What an effect was asked for; an answer that does not fit the state any more is ignored.
   *
   * @param source whom the server was to replicate from
   */
  record Token(String seeding, int attempt, String source) {}
}
