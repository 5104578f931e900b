package io.reseed.cli;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.snapshot.ReadInspection;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotRequest;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.gtid.GtidSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** A backup of one small file, which is no tablespace. */
public record StoredBackup(ShardName shard, BackupId id) {
  Manifest write(ObjectStore store, MasterKeys keys, Path folder) throws IOException {
    Path shop = Files.createDirectories(folder.resolve("shop"));
    Files.writeString(shop.resolve("orders_1.sdi"), "{\"table\": \"orders\"}");
    ManifestHeader header =
        new ManifestHeader(
            id,
            shard,
            id.createdAt(),
            new MysqlVersion(9, 7, 4),
            Map.of("innodb_page_size", "16384"),
            GtidSet.parse(""),
            GtidSet.parse(""),
            UUID.fromString("5b1f8a1c-0d2e-4c3b-9a68-1f2e3d4c5b6a"),
            null,
            null);
    SnapshotSource source = SnapshotSource.scan(Map.of("data", folder), path -> true);
    return new SnapshotWriter(store, SnapshotOptions.defaults(), new Random(1), keys)
        .write(new SnapshotRequest(header, source, ReadInspection.NONE, null), JobMonitor.SILENT)
        .manifest();
  }
}
