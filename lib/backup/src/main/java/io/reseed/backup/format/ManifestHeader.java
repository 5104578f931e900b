package io.reseed.backup.format;

import io.reseed.mysql.gtid.GtidSet;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says about the server whose files it lists.
 *
 * @param id the backup
 * @param shard whose data it is
 * @param createdAt when the snapshot was begun, to the millisecond, by the writer's clock: for
 *     people only
 * @param mysqlVersion of the server that last ran on these files
 * @param settings what a server needs to start on these files; only names and values that {@link
 *     StartSettings} allows
 * @param gtidExecuted the server's {@code gtid_executed} at its clean stop; a restored server must
 *     have exactly this
 * @param gtidPurged the part of it whose transactions the server had no binary logs for; for people
 *     and later archive checks (a restored server has no binary logs at all)
 * @param sourceServerUuid of the server whose files these were
 * @param parent the backup that this server was itself restored from; null when it was cloned
 * @param keyId of the key that packs are encrypted with; null when they are not, the only value
 *     that this release reads
 */
public record ManifestHeader(
    BackupId id,
    ShardName shard,
    Instant createdAt,
    MysqlVersion mysqlVersion,
    Map<String, String> settings,
    GtidSet gtidExecuted,
    GtidSet gtidPurged,
    UUID sourceServerUuid,
    @Nullable BackupId parent,
    @Nullable String keyId) {

  /** Checks the settings, copies them, and cuts the time to milliseconds. */
  public ManifestHeader {
    settings = StartSettings.checked(settings);
    createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
  }
}
