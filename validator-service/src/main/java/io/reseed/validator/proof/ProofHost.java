package io.reseed.validator.proof;

import io.reseed.agent.JobId;
import io.reseed.backup.restore.RestoreOptions;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.mysql.Credentials;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The backup host whose servers are checked and snapshotted, and the bounds of that.
 *
 * @param name as placements say it
 * @param directory holds {@code servers/}, shared with the host's restore-service
 * @param accounts by cluster
 * @param transfer how bytes go to the store and come back
 */
public record ProofHost(
    String name,
    Path directory,
    Map<String, Accounts> accounts,
    Transfer transfer,
    ProofChecks checks,
    Bounds bounds) {

  public ProofHost {
    directory = directory.toAbsolutePath().normalize();
    accounts = Map.copyOf(accounts);
  }

  /** How snapshots are cut and sent, and how they are read back. */
  public record Transfer(SnapshotOptions snapshots, RestoreOptions readBacks) {}

  /**
   * Who is logged in as.
   *
   * @param agent checks and stops the servers here
   * @param observer looks at primaries
   * @param checker reads and locks single tables on replicas; without it none is compared with
   */
  public record Accounts(Credentials agent, Credentials observer, Optional<Credentials> checker) {}

  /**
   * How long things may take.
   *
   * @param snapshotsMax snapshots and read-backs at one time; more wait
   * @param stopTimeout for a clean stop of mysqld
   * @param startTimeout for a mysqld to come up from a backup that is read back
   * @param storeGracePeriod how long they go on trying while the store does not answer
   * @param primaryGracePeriod how long it waits for the primary's answer before the commit
   * @param retryInterval between two tries
   */
  public record Bounds(
      int snapshotsMax,
      Duration stopTimeout,
      Duration startTimeout,
      Duration storeGracePeriod,
      Duration primaryGracePeriod,
      Duration retryInterval) {
    public Bounds {
      if (snapshotsMax < 1) {
        throw new IllegalArgumentException(
            "reseed.validator.snapshots-max must be 1 or more, not " + snapshotsMax);
      }
    }
  }

  /** Where the server of an attempt lies. */
  Path serverDirectory(JobId id) {
    return directory.resolve("servers").resolve(id.toString());
  }

  /**
   * Where the snapshot of that server notes what the store has of it, to go on after this process
   * died. Goes with the server.
   */
  Path snapshotDirectory(JobId id) {
    return serverDirectory(id).resolve("snapshot");
  }
}
