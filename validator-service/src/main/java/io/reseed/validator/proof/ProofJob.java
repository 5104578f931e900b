package io.reseed.validator.proof;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reseed.agent.HostJob;
import io.reseed.agent.JobId;
import io.reseed.events.BackupCreated;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.fleet.Failure;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One attempt's way from a caught-up server to a proven backup; what its job file holds.
 *
 * @param backup the id under which it is committed, chosen once: so an attempt makes one backup at
 *     most, however often its agent dies
 * @param begunAt by this host's clock
 */
record ProofJob(JobId id, String backup, Instant begunAt, State state) implements HostJob {

  @Override
  public String stateName() {
    return state.getClass().getSimpleName();
  }

  /**
   * How far it is; written durably before the step that it announces. The methods of the states are
   * the only legal transitions, so nothing goes backwards.
   */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "name")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Begun.class, name = "begun"),
    @JsonSubTypes.Type(value = Checked.class, name = "checked"),
    @JsonSubTypes.Type(value = Noted.class, name = "noted"),
    @JsonSubTypes.Type(value = Committed.class, name = "committed"),
    @JsonSubTypes.Type(value = ReadBack.class, name = "read-back"),
    @JsonSubTypes.Type(value = Failed.class, name = "failed")
  })
  sealed interface State {}

  /** A state that can go wrong. */
  sealed interface Open extends State {
    /** It cannot be finished. */
    default Failed failed(SeedingStage stage, Failure failure) {
      return new Failed(stage, failure);
    }
  }

  /** The server runs as it was caught up. */
  record Begun() implements Open {
    /** All checks held. */
    Checked checked(ServerChecked report) {
      return new Checked(report);
    }
  }

  /** The checks held; the server runs and replicates on. */
  record Checked(ServerChecked report) implements Open {
    /** Its replication is stopped and its position noted; it may be stopped now. */
    Noted noted(Instant begunAt, Position position) {
      return new Noted(begunAt, position);
    }
  }

  /**
   * The server's position is known; it is being stopped, or stopped and read.
   *
   * @param begunAt when the snapshot was begun, by this host's clock
   */
  record Noted(Instant begunAt, Position position) implements Open {
    /** The backup stands. */
    Committed committed(BackupCreated announcement) {
      return new Committed(announcement);
    }
  }

  /** The backup stands. It is proven only when it is read back. */
  record Committed(BackupCreated announcement) implements Open {
    /** A server came up from it, and its checks held. */
    ReadBack readBack(ServerChecked report) {
      return new ReadBack(report);
    }
  }

  /** The backup is restorable; nothing is left to do. */
  record ReadBack(ServerChecked report) implements State {}

  /** It failed for good; that is announced until somebody takes note. */
  record Failed(SeedingStage stage, Failure failure) implements State {}

  ProofJob with(State newState) {
    return new ProofJob(id, backup, begunAt, newState);
  }

  /**
   * What the server said just before its stop. Nothing can be written to it in between: it does not
   * replicate and is super_read_only.
   *
   * @param settings what a server needs to start on its files
   * @param roots its folders; these and the rest, see {@link io.reseed.mysql.server.ServerPaths}
   */
  record Position(
      String gtidExecuted,
      String gtidPurged,
      String serverUuid,
      String mysqlVersion,
      Map<String, String> settings,
      Map<String, Path> roots,
      Map<String, Set<Path>> tablespaces,
      List<Path> leftOut,
      List<Path> logBasenames) {
    /** Copies. */
    public Position {
      settings = Map.copyOf(settings);
      roots = Map.copyOf(roots);
      tablespaces = Map.copyOf(tablespaces);
      leftOut = List.copyOf(leftOut);
      logBasenames = List.copyOf(logBasenames);
    }
  }
}
