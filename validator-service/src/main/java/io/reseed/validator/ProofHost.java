package io.reseed.validator;

import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.mysql.Credentials;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The backup host whose servers are snapshotted, and the bounds of that.
 *
 * @param name as placements say it
 * @param directory holds {@code servers/}, shared with the host's restore-service
 * @param accounts by cluster
 */
record ProofHost(
    String name,
    Path directory,
    Map<String, Accounts> accounts,
    SnapshotOptions options,
    Bounds bounds) {

  ProofHost {
    directory = directory.toAbsolutePath().normalize();
    accounts = Map.copyOf(accounts);
  }

  /** Who stops the servers here, and who looks at primaries. */
  record Accounts(Credentials agent, Credentials observer) {}

  /**
   * How long things may take.
   *
   * @param snapshotsMax at one time; more wait
   * @param stopTimeout for a clean stop of mysqld
   * @param storePatience how long a snapshot goes on trying while the store does not answer
   * @param primaryPatience how long it waits for the primary's answer before the commit
   * @param retryInterval between two tries
   */
  record Bounds(
      int snapshotsMax,
      Duration stopTimeout,
      Duration storePatience,
      Duration primaryPatience,
      Duration retryInterval) {
    Bounds {
      if (snapshotsMax < 1) {
        throw new IllegalArgumentException(
            "reseed.validator.snapshots-max must be 1 or more, not " + snapshotsMax);
      }
    }
  }

  /** Where the server of an attempt lies. */
  Path serverDirectory(ProofJob.Attempt id) {
    return directory.resolve("servers").resolve(id.toString());
  }
}
