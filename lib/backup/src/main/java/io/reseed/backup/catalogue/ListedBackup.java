package io.reseed.backup.catalogue;

import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.Verdict;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureException;
import java.util.Optional;

/** One backup of a shard as it was found in the store. */
public sealed interface ListedBackup {
  /** Its id. */
  BackupId id();

  /**
   * A backup whose manifest reads well.
   *
   * @param header of its manifest
   * @param rawBytes size of its files
   * @param storedBytes what restoring it reads from the store
   * @param verdict what is known about it, if anything was found out yet
   */
  record Usable(ManifestHeader header, long rawBytes, long storedBytes, Optional<Verdict> verdict)
      implements ListedBackup {
    @Override
    public BackupId id() {
      return header.id();
    }
  }

  /**
   * A backup that cannot be used as it lies in the store.
   *
   * @param failure why, with code and hint
   */
  record Unusable(BackupId id, FailureException failure) implements ListedBackup {}
}
