package io.reseed.backup.snapshot;

import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.Verdict;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import java.util.HashSet;
import java.util.Optional;
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

  /**
   * The parent as the repository knows it; empty when it must not be one, since a verdict says that
   * it is unhealthy. Asks for the verdicts of all backups that its packs were written by; one that
   * cannot be read counts as unhealthy, since it might have said so.
   *
   * @throws FailureException as {@link Catalogue#manifest} does
   */
  public static Optional<SnapshotParent> of(Catalogue catalogue, ShardName shard, BackupId id) {
    Manifest manifest = catalogue.manifest(shard, id);
    Set<BackupId> writers = new HashSet<>();
    writers.add(id);
    manifest.packs().forEach(pack -> writers.add(RepositoryLayout.backupOf(pack.name())));
    Set<BackupId> untrusted = new HashSet<>();
    for (BackupId writer : writers) {
      if (isUnhealthy(catalogue, shard, writer)) {
        untrusted.add(writer);
      }
    }
    return untrusted.contains(id)
        ? Optional.empty()
        : Optional.of(new SnapshotParent(manifest, untrusted));
  }

  private static boolean isUnhealthy(Catalogue catalogue, ShardName shard, BackupId id) {
    try {
      return catalogue
          .verdict(shard, id)
          .filter(verdict -> verdict.outcome() == Verdict.Outcome.UNHEALTHY)
          .isPresent();
    } catch (FailureException e) {
      if (e.code() == FailureCode.VERDICT_CORRUPT) {
        return true;
      }
      throw e;
    }
  }
}
