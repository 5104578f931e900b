package io.reseed.backup.format;

import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
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
 * @param keyId of the data key that this backup's own packs are encrypted with, which the object
 *     with its wrapped keys has in its name; null when no pack is encrypted
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
  private static final int TAG_BYTES = 16;

  /** Checks the settings, copies them, and cuts the time to milliseconds. */
  public ManifestHeader {
    settings = StartSettings.checked(settings);
    if (keyId != null && !RepositoryLayout.isKeyId(keyId)) {
      throw new UnsafeContentException("not a data key's id: '" + keyId + "'");
    }
    createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
  }

  /** How much longer each part of a pack is than its content. */
  int overheadBytes() {
    return keyId == null ? 0 : TAG_BYTES;
  }

  /** This header of a backup whose packs are encrypted with a data key. */
  public ManifestHeader withKeyId(String dataKeyId) {
    return new ManifestHeader(
        id,
        shard,
        createdAt,
        mysqlVersion,
        settings,
        gtidExecuted,
        gtidPurged,
        sourceServerUuid,
        parent,
        dataKeyId);
  }
}
