package io.reseed.backup;

import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.restore.Restore;
import io.reseed.backup.restore.RestoreJob;
import io.reseed.backup.restore.RestoreOptions;
import io.reseed.backup.restore.RestoreResult;
import io.reseed.backup.snapshot.ReadInspection;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotParent;
import io.reseed.backup.snapshot.SnapshotRequest;
import io.reseed.backup.snapshot.SnapshotResult;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.BackupId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes backups that build on one another, and brings them back. */
public final class TestChain {
  private final ObjectStore store;
  private final SnapshotOptions options;
  private final int pageBytes;
  private MasterKeys masterKeys = MasterKeys.NONE;
  private int backups;

  /** A chain in that store, of extents that long, of a server with pages that long. */
  public TestChain(ObjectStore store, SnapshotOptions options, int pageBytes) {
    this.store = store;
    this.options = options;
    this.pageBytes = pageBytes;
  }

  /** From now on it reads, and where it can writes, with these keys. */
  public TestChain with(MasterKeys keys) {
    masterKeys = keys;
    return this;
  }

  /** From now on it counts its backups from there, lest they meet those of another chain. */
  public TestChain startingAt(int backup) {
    backups = backup;
    return this;
  }

  /** Writes a folder as a full backup. */
  public SnapshotResult full(Path folder) {
    return write(folder, null);
  }

  /** Writes a folder as a backup on {@code parent}. */
  public SnapshotResult on(Manifest parent, Path folder, BackupId... untrusted) {
    return write(folder, new SnapshotParent(parent, Set.of(untrusted)));
  }

  private SnapshotResult write(Path folder, @Nullable SnapshotParent parent) {
    return write(SnapshotSource.scan(Map.of("data", folder), path -> true), parent);
  }

  /** Writes any files as a backup, a full one without a parent. */
  public SnapshotResult write(SnapshotSource source, @Nullable SnapshotParent parent) {
    BackupId id = TestBackups.id(++backups);
    BackupId parentId = parent == null ? null : parent.manifest().header().id();
    ManifestHeader header = TestBackups.header(id, parentId, pageBytes);
    return new SnapshotWriter(store, options, new Random(), masterKeys)
        .write(new SnapshotRequest(header, source, ReadInspection.NONE, parent), JobMonitor.SILENT);
  }

  /** Brings a backup back into a new folder, whose name is {@code target}. */
  public RestoreResult restore(Manifest manifest, Path target) {
    RestoreJob job =
        new RestoreJob(
            TestBackups.SHARD,
            manifest.header().id(),
            Map.of("data", target),
            target.resolveSibling(target.getFileName() + ".job"));
    return new Restore(store, RestoreOptions.defaults(), masterKeys).run(job, JobMonitor.SILENT);
  }
}
