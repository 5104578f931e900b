package io.reseed.backup.catalogue;

import io.reseed.backup.format.MysqlVersion;
import io.reseed.fleet.BackupId;
import io.reseed.mysql.gtid.GtidSet;
import java.util.Set;

/**
 * What a backup must fit.
 *
 * @param primaryExecuted the current primary's {@code gtid_executed}
 * @param primaryPurged its {@code gtid_purged}
 * @param serverVersion of the server that will run on the restored files
 * @param excluded backups that failed already in this seeding
 * @param suspected backups that somebody said to be bad: taken when no other fits
 */
public record Requirement(
    GtidSet primaryExecuted,
    GtidSet primaryPurged,
    MysqlVersion serverVersion,
    Set<BackupId> excluded,
    Set<BackupId> suspected) {
  /** Copies the sets. */
  public Requirement {
    excluded = Set.copyOf(excluded);
    suspected = Set.copyOf(suspected);
  }
}
