package io.reseed.restore;

import io.reseed.agent.JobControl;
import io.reseed.agent.JobId;
import io.reseed.backup.Progress;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.restore.Restore;
import io.reseed.backup.restore.RestoreJob;
import io.reseed.backup.restore.RestoreOptions;
import io.reseed.backup.restore.RestoreResult;
import io.reseed.backup.store.Bandwidth;
import io.reseed.backup.store.ObjectStore;
import io.reseed.events.SeedingAssigned;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.server.RestoredRoots;
import io.reseed.restore.JobState.Copy;
import io.reseed.restore.JobState.Slot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Brings a backup's files into the job's server folder. Goes on from what earlier runs made
 * durable, and waits for a store that does not answer as long as the policy allows.
 */
final class BackupFetch {
  private final Servers servers;
  private final HostDisk disk;
  private final Catalogue catalogue;
  private final Restore restore;
  private final RestorePolicy policy;

  /** The object store with the backups, what decrypts them, and how fast they may be read. */
  record Repository(ObjectStore store, MasterKeys keys, Bandwidth bandwidth) {}

  BackupFetch(Servers servers, HostDisk disk, Repository repository, RestorePolicy policy) {
    this.servers = servers;
    this.disk = disk;
    this.catalogue = new Catalogue(repository.store());
    RestoreOptions options =
        RestoreOptions.defaults()
            .withMemory(policy.megabytesMax() * 1_000_000L)
            .withBandwidth(repository.bandwidth());
    this.restore = new Restore(repository.store(), options, repository.keys());
    this.policy = policy;
  }

  /**
   * Fetches; throws what the libraries throw.
   *
   * @param jobFolder where the restore may keep its journal
   */
  Copy run(Job job, Slot slot, String backup, Path jobFolder, JobControl<SeedingAssigned> control)
      throws InterruptedException {
    Patience gracePeriod = new Patience(policy.storeGracePeriod());
    while (true) {
      try {
        return attempt(job, slot, backup, jobFolder.resolve("restore"), control);
      } catch (FailureException e) {
        boolean storeIsAway = e.code() == FailureCode.STORE_UNREACHABLE && !control.cancelled();
        if (!storeIsAway || gracePeriod.isOver(control.bytesDone())) {
          throw e;
        }
        control.note("the backup store does not answer; trying on: " + e.getMessage());
        Thread.sleep(policy.retryInterval());
      }
    }
  }

  /** Ends when nothing moved for long enough. */
  private static final class Patience {
    private final long limitNanos;
    private long movedAtNanos = System.nanoTime();
    private long bytesDone;

    Patience(Duration limit) {
      limitNanos = limit.toNanos();
    }

    boolean isOver(long bytesDoneNow) {
      if (bytesDoneNow > bytesDone) {
        bytesDone = bytesDoneNow;
        movedAtNanos = System.nanoTime();
      }
      return System.nanoTime() - movedAtNanos > limitNanos;
    }
  }

  private Copy attempt(
      Job job, Slot slot, String backup, Path journal, JobControl<SeedingAssigned> control) {
    ShardName shard = job.shard();
    BackupId id = backupId(backup);
    Manifest manifest = catalogue.manifest(shard, id);
    requireVersion(manifest.header());
    boolean begun = Files.exists(journal);
    if (!begun) {
      disk.promise(job.id(), manifest.rawBytes());
    }
    RestoredRoots roots = servers.create(job, slot, manifest);
    RestoreResult result =
        restore.run(
            new RestoreJob(shard, id, roots.folders(), journal), watching(job.id(), control));
    long bytesRead = result.bytesResumed() > 0 ? manifest.storedBytes() : result.bytesTransferred();
    return new Copy(manifest.header().gtidExecuted().toString(), bytesRead, result.bytesRestored());
  }

  /**
   * MySQL never starts on the files of a newer version. Within the major another host may be
   * upgraded already; to an older major no server of the fleet goes back.
   */
  private void requireVersion(ManifestHeader header) {
    MysqlVersion ours = MysqlVersion.parse(servers.version());
    if (header.mysqlVersion().major() > ours.major()) {
      throw new FailureException(
          FailureCode.VERSION_TOO_NEW,
          "Backup %s is of MySQL %s, a later major than this host's %s."
              .formatted(header.id(), header.mysqlVersion(), ours),
          "Another backup is tried; find out which server of the shard was upgraded.");
    }
    if (header.mysqlVersion().compareTo(ours) > 0) {
      throw new FailureException(
          FailureCode.SERVER_TOO_OLD,
          "Backup %s is of MySQL %s, and this host has MySQL %s."
              .formatted(header.id(), header.mysqlVersion(), ours),
          "Upgrade MySQL on this host; another host is tried.");
    }
  }

  private static BackupId backupId(String backup) {
    if (!BackupId.isValid(backup)) {
      throw new FailureException(
          FailureCode.BACKUP_MISSING,
          "'" + backup + "' is no backup's id.",
          "Whoever assigned it must take an id that the repository lists.");
    }
    return new BackupId(backup);
  }

  private RestoreMonitor watching(JobId job, JobControl<SeedingAssigned> control) {
    return new RestoreMonitor(
        control,
        (Progress progress) -> {
          control.note(null);
          disk.outstanding(job, progress.bytesTotal() - progress.bytesDone());
        });
  }
}
