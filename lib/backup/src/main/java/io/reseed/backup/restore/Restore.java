package io.reseed.backup.restore;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.store.ObjectStore;

/** Restores backups from a store. Holds no state between two runs: that lies in the job folder. */
public final class Restore {
  private final ObjectStore store;
  private final RestoreOptions options;

  /** Uses the store without closing it. */
  public Restore(ObjectStore store, RestoreOptions options) {
    this.store = store;
    this.options = options;
  }

  /**
   * Brings the backup back into the job's roots: every byte hashed, every file and directory
   * durable when it returns. May be called again after any failure, kill or power cut, with the
   * same job: it goes on from what its journal says is durable. Called after it has finished, it
   * returns at once. Two runs of one job at the same time are refused.
   *
   * @throws io.reseed.backup.BackupException {@code PACK_CORRUPT}, {@code PACK_MISSING} (bad
   *     backup: give the job up and take another one); {@code STORE_UNREACHABLE} (run again);
   *     {@code TARGET_FULL}, {@code TARGET_UNWRITABLE}, {@code TARGET_NOT_EMPTY}, {@code
   *     JOB_FOLDER_FOREIGN}; those of reading a manifest
   */
  public RestoreResult run(RestoreJob job, JobMonitor monitor) {
    if (job.roots().isEmpty()) {
      throw new IllegalArgumentException("a restore needs at least one root");
    }
    throw new UnsupportedOperationException("" + store + options);
  }
}
