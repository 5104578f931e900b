package io.reseed.failover.machine;

import io.reseed.events.PrimaryFailed;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the detector learns about a shard: facts from topics, answers to effects, timers. */
public sealed interface FailoverInput {

  /** Somebody declared what is wanted of the shard. */
  record Declaration(int replicasDesired, List<ServerAddress> servers) implements FailoverInput {}

  /** The declaration was taken back. */
  record Withdrawal() implements FailoverInput {}

  /**
   * A publisher claims that a primary failed.
   *
   * @param claim the event by which it does, to be answered
   */
  record Claim(Incident incident, Claims.Claim claim) implements FailoverInput {
    /** What an event claims, by its CloudEvents id and source. */
    public static Claim of(PrimaryFailed event, String id, String source) {
      return new Claim(Incident.of(event), Claims.Claim.of(event, id, source));
    }
  }

  /** An answer to an effect. */
  sealed interface Answer extends FailoverInput {}

  /** The answer to {@link FailoverEffect.Observe}. */
  record Observed(long ticket, ShardSnapshot snapshot) implements Answer {}

  /**
   * Observing failed; nothing can be concluded about the servers.
   *
   * @param timedOut some server kept the look waiting until its time was up
   */
  record ObservationFailed(long ticket, Failure failure, boolean timedOut) implements Answer {
    /** Of whatever else went wrong. */
    public ObservationFailed(long ticket, Failure failure) {
      this(ticket, failure, false);
    }
  }

  /** The answer to {@link FailoverEffect.ChooseBackup}: the best backup and its size on disk. */
  record BackupFound(String seeding, long ticket, String backup, long bytes) implements Answer {}

  /** No backup can be used, or it could not be found out. */
  record BackupNotFound(String seeding, long ticket, Failure failure) implements Answer {}

  /** The answer to {@link FailoverEffect.FindPlace}. */
  record PlaceFound(String seeding, long ticket, String host, @Nullable String hostIdentity)
      implements Answer {}

  /**
   * No host can take the server, or it could not be found out.
   *
   * @param wasExcluded whether a host was passed over only because an attempt failed there
   */
  record PlaceNotFound(String seeding, long ticket, Failure failure, boolean wasExcluded)
      implements Answer {}

  /** An agent reports about an attempt. */
  sealed interface Report extends FailoverInput {
    String seeding();

    int attempt();
  }

  /** The server of an attempt runs, fenced. */
  record RestoredReport(String seeding, int attempt, ServerAddress server) implements Report {}

  /** The server of an attempt caught up with its source. */
  record CaughtUpReport(String seeding, int attempt, ServerAddress server, ServerAddress source)
      implements Report {}

  /** An attempt failed. */
  record FailedReport(String seeding, int attempt, Failure failure) implements Report {}

  /** An attempt goes on. */
  record ProgressReport(String seeding, int attempt) implements Report {}

  /** A deadline of the state is due. */
  record TimerFired() implements FailoverInput {}

  /** The shard came to this instance: effects that were under way are lost. */
  record Resumed() implements FailoverInput {}
}
