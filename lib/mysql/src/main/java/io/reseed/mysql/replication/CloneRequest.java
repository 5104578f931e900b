package io.reseed.mysql.replication;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import java.time.Duration;

/**
 * From whom to clone, and how.
 *
 * @param donorAccount needs BACKUP_ADMIN, PROCESS, SHOW VIEW, and SELECT on performance_schema, on
 *     the donor
 * @param recipientAdmin the agent's account on the recipient
 * @param megabytesPerSecondMax the bound on network traffic, 0 for none
 * @param timeout for the whole clone
 */
public record CloneRequest(
    ServerAddress donor,
    Credentials donorAccount,
    Credentials recipientAdmin,
    int megabytesPerSecondMax,
    Duration timeout) {
  /** Refuses what is not positive. */
  public CloneRequest {
    if (megabytesPerSecondMax < 0 || timeout.toMillis() < 1) {
      throw new IllegalArgumentException(
          "clone at most %d MB/s within %s".formatted(megabytesPerSecondMax, timeout));
    }
  }
}
