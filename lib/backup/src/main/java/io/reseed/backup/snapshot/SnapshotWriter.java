package io.reseed.backup.snapshot;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.store.ObjectStore;
import java.util.random.RandomGenerator;

/** Writes backups into a store. Holds no state between two writes. */
public final class SnapshotWriter {
  private final ObjectStore store;
  private final SnapshotOptions options;
  private final RandomGenerator random;

  /** Uses the store without closing it; {@code random} must differ between two processes. */
  public SnapshotWriter(ObjectStore store, SnapshotOptions options, RandomGenerator random) {
    this.store = store;
    this.options = options;
    this.random = random;
  }

  /**
   * Reads every file of the source, sends packs in parallel, confirms each by asking the store for
   * its size and tag, then commits the manifest with a conditional put. The backup exists from that
   * put on and not before: any failure leaves packs that no manifest names, and nothing else.
   * Repeating the call after a failure starts from the beginning under the same id.
   *
   * @return the manifest as committed
   * @throws io.reseed.backup.BackupException {@code SOURCE_CHANGED} when a file's size or time
   *     moved while the snapshot ran; {@code BACKUP_EXISTS} when another writer won the id; {@code
   *     SOURCE_UNREADABLE}; {@code CANCELLED}; any of the store's
   */
  public Manifest write(ManifestHeader header, SnapshotSource source, JobMonitor monitor) {
    if (source.roots().isEmpty()) {
      throw new IllegalArgumentException("a snapshot needs at least one root");
    }
    throw new UnsupportedOperationException("" + store + options + random);
  }
}
