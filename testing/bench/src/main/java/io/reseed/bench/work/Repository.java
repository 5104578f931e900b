package io.reseed.bench.work;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.restore.Restore;
import io.reseed.backup.restore.RestoreJob;
import io.reseed.backup.restore.RestoreOptions;
import io.reseed.backup.restore.RestoreResult;
import io.reseed.backup.snapshot.PageInspection;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotParent;
import io.reseed.backup.snapshot.SnapshotRequest;
import io.reseed.backup.snapshot.SnapshotResult;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.backup.store.ObjectStore;
import io.reseed.bench.machine.FolderTree;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.gtid.GtidSet;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reseed's library over one store, used as the services use it. */
final class Repository {
  private static final String ROOT = "data";

  private final ObjectStore store;
  private final MasterKeys keys;
  private final SecureRandom random = new SecureRandom();

  Repository(ObjectStore store, MasterKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  /** Writes a folder as a backup, a full one without a parent; every page is checked. */
  SnapshotResult write(ShardName shard, FolderTree files, @Nullable Manifest parent) {
    BackupId id = BackupId.create(Instant.now(), random);
    ManifestHeader header =
        new ManifestHeader(
            id,
            shard,
            id.createdAt(),
            new MysqlVersion(9, 7, 4),
            Map.of("innodb_page_size", "16384", "lower_case_table_names", "0"),
            GtidSet.EMPTY,
            GtidSet.EMPTY,
            new UUID(1, 1),
            parent == null ? null : parent.header().id(),
            null);
    SnapshotRequest request =
        new SnapshotRequest(
            header,
            SnapshotSource.scan(Map.of(ROOT, files.root()), path -> true),
            new PageInspection(),
            parent == null ? null : new SnapshotParent(parent, Set.of()));
    return new SnapshotWriter(store, SnapshotOptions.defaults(), random, keys)
        .write(request, JobMonitor.SILENT);
  }

  /** The manifest of a backup, read from the store. */
  Manifest manifest(ShardName shard, BackupId id) {
    return new Catalogue(store, keys).manifest(shard, id);
  }

  /** Brings a backup back into a folder; its job folder lies beside it. */
  RestoreResult restore(Manifest manifest, Path target) {
    RestoreJob job =
        new RestoreJob(
            manifest.header().shard(), manifest.header().id(), Map.of(ROOT, target), jobOf(target));
    return new Restore(store, RestoreOptions.defaults(), keys).run(job, JobMonitor.SILENT);
  }

  /** Removes what {@link #restore} made. */
  static void remove(Path target) throws IOException {
    new FolderTree(target).remove();
    new FolderTree(jobOf(target)).remove();
  }

  private static Path jobOf(Path target) {
    return target.resolveSibling(target.getFileName() + ".job");
  }
}
