package io.reseed.failover.machine;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.ServerAddress;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far a seeding is. Each phase's methods are its only legal successors. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Phase.Choosing.class, name = "choosing"),
  @JsonSubTypes.Type(value = Phase.Placing.class, name = "placing"),
  @JsonSubTypes.Type(value = Phase.Waiting.class, name = "waiting"),
  @JsonSubTypes.Type(value = Phase.Restoring.class, name = "restoring"),
  @JsonSubTypes.Type(value = Phase.CatchingUp.class, name = "catching-up"),
  @JsonSubTypes.Type(value = Phase.Verifying.class, name = "verifying"),
  @JsonSubTypes.Type(value = Phase.HandingOver.class, name = "handing-over")
})
public sealed interface Phase {

  /**
   * What the current attempt is: as it stands in {@code seeding-assigned}.
   *
   * @param hostIdentity of the host that was chosen, where it said one
   * @param primary whom the server replicates from
   */
  record Assignment(
      String host, @Nullable String hostIdentity, ServerAddress primary, String backup) {
    Assignment from(ServerAddress newPrimary) {
      return new Assignment(host, hostIdentity, newPrimary, backup);
    }
  }

  /** A phase before an attempt: nothing is made anywhere. */
  sealed interface Planning extends Phase permits Choosing, Placing, Waiting {
    default Waiting waits(Instant until) {
      return new Waiting(until);
    }

    default Choosing asksForBackup(long ticket, Instant now) {
      return new Choosing(ticket, now);
    }
  }

  /** A phase in which an attempt makes a server; it may fail. */
  sealed interface Making extends Phase permits Restoring, CatchingUp, Verifying {
    Assignment assignment();

    SeedingStage stage();

    /** This work, replicating from another primary. */
    Making from(ServerAddress primary, Instant now);

    default Waiting fails(Instant until) {
      return new Waiting(until);
    }
  }

  /** A backup is being chosen. */
  record Choosing(long ticket, Instant askedAt) implements Planning {
    Placing chosen(String backup, long bytes, long nextTicket, Instant now) {
      return new Placing(nextTicket, backup, bytes, now);
    }
  }

  /**
   * A host is being searched.
   *
   * @param bytes that the server's files take
   */
  record Placing(long ticket, String backup, long bytes, Instant askedAt) implements Planning {
    Placing seeksAgain(long nextTicket, Instant now) {
      return new Placing(nextTicket, backup, bytes, now);
    }

    Restoring placed(FailoverEvent.AttemptAssigned assigned) {
      return new Restoring(
          new Assignment(assigned.host(), assigned.hostIdentity(), assigned.primary(), backup),
          assigned.at());
    }
  }

  /** Nothing is done before {@code until}, or before the world changes. */
  record Waiting(Instant until) implements Planning {}

  /** The host makes the server. */
  record Restoring(Assignment assignment, Instant lastHeartbeatAt) implements Making {
    @Override
    public SeedingStage stage() {
      return SeedingStage.RESTORE;
    }

    Restoring progressed(Instant now) {
      return new Restoring(assignment, now);
    }

    CatchingUp restored(ServerAddress server, Instant now) {
      return new CatchingUp(assignment, server, now);
    }

    Verifying caughtUp(ServerAddress server, Instant now) {
      return new Verifying(assignment, server, now);
    }

    @Override
    public Restoring from(ServerAddress primary, Instant now) {
      return new Restoring(assignment.from(primary), lastHeartbeatAt);
    }
  }

  /** The server runs and replication catches up. */
  record CatchingUp(Assignment assignment, ServerAddress server, Instant lastHeartbeatAt)
      implements Making {
    @Override
    public SeedingStage stage() {
      return SeedingStage.CATCH_UP;
    }

    CatchingUp progressed(Instant now) {
      return new CatchingUp(assignment, server, now);
    }

    Verifying caughtUp(ServerAddress caughtUpServer, Instant now) {
      return new Verifying(assignment, caughtUpServer, now);
    }

    @Override
    public CatchingUp from(ServerAddress primary, Instant now) {
      return new CatchingUp(assignment.from(primary), server, now);
    }
  }

  /** The server is reported as caught up; the next observations of it decide. */
  record Verifying(Assignment assignment, ServerAddress server, Instant since) implements Making {
    @Override
    public SeedingStage stage() {
      return SeedingStage.CATCH_UP;
    }

    HandingOver kept() {
      return new HandingOver(assignment, server);
    }

    /** It has to catch up with the new primary first. */
    @Override
    public CatchingUp from(ServerAddress primary, Instant now) {
      return new CatchingUp(assignment.from(primary), server, now);
    }
  }

  /** The server belongs to the fleet; its host has yet to record that. */
  record HandingOver(Assignment assignment, ServerAddress server) implements Phase {}

  /**
   * This phase, begun now.
   *
   * @param waitUntil when one that rests ends
   */
  default Phase takenUp(Instant now, Instant waitUntil) {
    return switch (this) {
      case Choosing choosing -> new Choosing(choosing.ticket, now);
      case Placing placing -> new Placing(placing.ticket, placing.backup, placing.bytes, now);
      case Waiting _ -> new Waiting(waitUntil);
      case Restoring restoring -> restoring.progressed(now);
      case CatchingUp catchingUp -> catchingUp.progressed(now);
      case Verifying verifying -> new Verifying(verifying.assignment, verifying.server, now);
      case HandingOver handingOver -> handingOver;
    };
  }

  /** The server in the making, where one is known. */
  default Optional<ServerAddress> serverInTheMaking() {
    return switch (this) {
      case CatchingUp catchingUp -> Optional.of(catchingUp.server);
      case Verifying verifying -> Optional.of(verifying.server);
      case Choosing _, Placing _, Waiting _, Restoring _, HandingOver _ -> Optional.empty();
    };
  }
}
