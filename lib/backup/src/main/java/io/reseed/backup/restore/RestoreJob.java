package io.reseed.backup.restore;

import io.reseed.backup.format.BackupId;
import io.reseed.backup.format.ShardName;
import java.nio.file.Path;
import java.util.Map;

/**
 * What is restored and where to.
 *
 * @param shard whose backup
 * @param backup which one
 * @param roots a folder for each of the manifest's roots, none inside another; absent or empty at
 *     first, afterwards touched by nobody but this job
 * @param jobFolder where the job keeps its journal; on the same machine, outside the roots; remove
 *     it together with the roots when the job is given up
 */
public record RestoreJob(
    ShardName shard, BackupId backup, Map<String, Path> roots, Path jobFolder) {
  /** Copies the map. */
  public RestoreJob {
    roots = Map.copyOf(roots);
  }
}
