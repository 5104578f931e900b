package io.reseed.backup.restore;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.encryption.PackKeys;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.work.TargetFailures;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restores backups from a store. Holds no state between two runs: that lies in the job folder. */
public final class Restore {
  private static final Logger LOG = LoggerFactory.getLogger(Restore.class);

  private final ObjectStore store;
  private final RestoreOptions options;
  private final MasterKeys masterKeys;

  /** Uses the store without closing it. Encrypted backups end in {@code KEY_UNKNOWN}. */
  public Restore(ObjectStore store, RestoreOptions options) {
    this(store, options, MasterKeys.NONE);
  }

  /** Restores encrypted backups, too, with these keys. */
  public Restore(ObjectStore store, RestoreOptions options, MasterKeys masterKeys) {
    this.store = options.bandwidth().within(store);
    this.options = options;
    this.masterKeys = masterKeys;
  }

  /**
   * Brings the backup back into the job's roots: every byte hashed, every file and directory
   * durable when it returns. May be called again after any failure, kill or power cut, with the
   * same job: it goes on from what its journal says is durable. Called after it has finished, it
   * returns at once and looks at no file. Two runs of one job at the same time: the second fails
   * with {@code JOB_RUNNING}.
   *
   * @throws FailureException {@code PACK_CORRUPT}, {@code PACK_MISSING} (bad backup: give the job
   *     up and take another one); {@code STORE_UNREACHABLE} (run again); {@code TARGET_FULL},
   *     {@code TARGET_UNWRITABLE}, {@code TARGET_NOT_EMPTY}, {@code JOB_FOLDER_FOREIGN}; those of
   *     reading a manifest
   */
  public RestoreResult run(RestoreJob job, JobMonitor monitor) {
    try (JobFolder folder = JobFolder.open(job)) {
      Manifest manifest = folder.manifest(store);
      PackKeys keys = PackKeys.open(store, manifest, masterKeys);
      TargetFolders target = TargetFolders.open(manifest, job.roots());
      try (RestoreJournal journal = journal(folder, target)) {
        RestoreResult result = run(new PackReads(store, keys), target, journal, monitor);
        LOG.info(
            "Backup restored shard={} backup={} bytesRestored={} bytesResumed={}"
                + " bytesTransferred={} extentsReadAgain={}",
            job.shard(),
            job.backup(),
            result.bytesRestored(),
            result.bytesResumed(),
            result.bytesTransferred(),
            result.extentsReadAgain());
        return result;
      }
    } catch (IOException e) {
      throw TargetFailures.translated(e, "the restore of " + job.backup(), places(job));
    }
  }

  private static List<Path> places(RestoreJob job) {
    return Stream.concat(job.roots().values().stream(), Stream.of(job.jobFolder())).toList();
  }

  private RestoreResult run(
      PackReads packs, TargetFolders target, RestoreJournal journal, JobMonitor monitor)
      throws IOException {
    if (journal.isFinished()) {
      long bytes = target.manifest().rawBytes();
      monitor.progressed(new Progress(bytes, bytes, 0));
      return new RestoreResult(target.manifest(), bytes, bytes, 0, 0);
    }
    return new RestoreRun(packs, options, target, journal).run(monitor);
  }

  private static RestoreJournal journal(JobFolder folder, TargetFolders target) throws IOException {
    RestoreJournal begun = folder.journal();
    if (begun != null) {
      return begun;
    }
    target.checkEmpty();
    return folder.beginJournal();
  }
}
