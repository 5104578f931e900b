package io.reseed.backup;

import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.gtid.GtidSet;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes backups for tests. */
public final class TestBackups {
  /** Whose backups all of them are. */
  public static final ShardName SHARD = new ShardName("commerce", "-80");

  /** Small, so that little data makes many extents and packs. */
  public static final SnapshotOptions SMALL = new SnapshotOptions(64 << 10, 1 << 20, 3, 1);

  private static final String SOURCE = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

  private TestBackups() {}

  /** An id that depends on the seed only. */
  public static BackupId id(long seed) {
    return BackupId.create(
        Instant.parse("2026-11-21T02:15:00Z").plusSeconds(seed), new Random(seed));
  }

  /** A header with an id. */
  public static ManifestHeader header(BackupId id) {
    return header(id, null, 16_384);
  }

  /** The header for a server restored from {@code parent}, with pages of that length. */
  public static ManifestHeader header(BackupId id, @Nullable BackupId parent, int pageBytes) {
    return new ManifestHeader(
        id,
        SHARD,
        Instant.parse("2026-11-21T02:15:00.250Z"),
        new MysqlVersion(9, 7, 4),
        Map.of("innodb_page_size", Integer.toString(pageBytes), "lower_case_table_names", "0"),
        GtidSet.parse(SOURCE + ":1-77"),
        GtidSet.parse(SOURCE + ":1-10"),
        UUID.fromString("5b1f8a1c-0d2e-4c3b-9a68-1f2e3d4c5b6a"),
        parent,
        null);
  }

  /** Writes a folder as a backup with small extents. */
  public static Manifest write(ObjectStore store, BackupId id, Path folder) {
    return write(store, id, folder, JobMonitor.SILENT);
  }

  /** Writes a backup under a monitor. */
  public static Manifest write(ObjectStore store, BackupId id, Path folder, JobMonitor monitor) {
    return new SnapshotWriter(store, SMALL, new Random())
        .write(header(id), SnapshotSource.scan(Map.of("data", folder), path -> true), monitor);
  }
}
