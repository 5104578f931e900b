package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ServerAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a shard's backups are made and proven. What is absent is as the validator-service's
 * configuration says.
 *
 * @param intervalSeconds between two cycles; excludes {@code cron}
 * @param jitterSeconds at most this is added to each cycle's time, so that shards spread
 * @param cron five fields (minute, hour, day of month, month, day of week), UTC
 * @param readBack whether a new backup is read back and restored right after its commit
 * @param tableCheckCycles within how many cycles CHECK TABLE covers all tables
 * @param contentCheckCycles within how many cycles all contents are compared with a replica's
 * @param spared servers that the pipeline neither clones, nor replicates from, nor compares with
 */
public record BackupPolicy(
    @Nullable Long intervalSeconds,
    @Nullable Long jitterSeconds,
    @Nullable String cron,
    @Nullable Boolean readBack,
    @Nullable Integer tableCheckCycles,
    @Nullable Integer contentCheckCycles,
    @Nullable List<ServerAddress> spared) {
  private static final long SECONDS_MAX = 366L * 24 * 3_600;

  /** Leaves everything to the configuration. */
  public static final BackupPolicy DEFAULT =
      new BackupPolicy(null, null, null, null, null, null, null);

  /** Checks bounds, and that there is one schedule at most. */
  public BackupPolicy {
    if (intervalSeconds != null) {
      Check.atLeast("backups.intervalSeconds", 1, intervalSeconds);
      Check.atMost("backups.intervalSeconds", SECONDS_MAX, intervalSeconds);
    }
    if (jitterSeconds != null) {
      Check.atLeast("backups.jitterSeconds", 0, jitterSeconds);
      Check.atMost("backups.jitterSeconds", SECONDS_MAX, jitterSeconds);
    }
    if (cron != null) {
      Check.cron("backups.cron", cron);
      if (intervalSeconds != null) {
        throw new InvalidFieldException(
            "backups.cron", "cannot be given together with intervalSeconds");
      }
    }
    if (tableCheckCycles != null) {
      Check.within("backups.tableCheckCycles", 1, 1_000, tableCheckCycles);
    }
    if (contentCheckCycles != null) {
      Check.within("backups.contentCheckCycles", 1, 1_000, contentCheckCycles);
    }
    if (spared != null) {
      spared = Check.atMost("backups.spared", 100, spared);
    }
  }
}
