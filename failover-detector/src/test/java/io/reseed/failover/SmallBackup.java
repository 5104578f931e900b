package io.reseed.failover;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.gtid.GtidSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** A backup of one file, which says that it is of a shard at a GTID set. */
final class SmallBackup {
  private SmallBackup() {}

  /** Commits it. */
  static BackupId write(ObjectStore store, ShardName shard, GtidSet executed, Path folder)
      throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("ibdata1"), "rows");
    BackupId id = BackupId.create(Instant.now(), new Random());
    ManifestHeader header =
        new ManifestHeader(
            id,
            shard,
            Instant.now(),
            new MysqlVersion(9, 7, 4),
            Map.of("innodb_page_size", "16384", "lower_case_table_names", "0"),
            executed,
            GtidSet.EMPTY,
            UUID.randomUUID(),
            null,
            null);
    new SnapshotWriter(store, SnapshotOptions.defaults(), new Random())
        .write(header, SnapshotSource.scan(Map.of("data", data), path -> true), JobMonitor.SILENT);
    return id;
  }
}
