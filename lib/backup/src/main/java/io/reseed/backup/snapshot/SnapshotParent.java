package io.reseed.backup.snapshot;

import io.reseed.backup.format.BackupId;
import io.reseed.backup.format.Manifest;
import java.util.Set;

/**
 * The backup that the source was restored from: what did not change since is not sent again.
 *
 * @param manifest of the parent
 * @param untrusted backups known to be unhealthy: nothing that lies in their packs is referred to
 */
public record SnapshotParent(Manifest manifest, Set<BackupId> untrusted) {
  /**
   * Copies.
   *
   * @throws IllegalArgumentException when the parent itself is not trusted: the server that was
   *     restored from it is not, either
   */
  public SnapshotParent {
    untrusted = Set.copyOf(untrusted);
    if (untrusted.contains(manifest.header().id())) {
      throw new IllegalArgumentException(
          "backup " + manifest.header().id() + " is not trusted and can be no parent");
    }
  }
}
