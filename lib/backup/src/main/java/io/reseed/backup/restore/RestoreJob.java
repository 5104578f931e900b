package io.reseed.backup.restore;

import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
  /** Copies the map, makes paths absolute and checks that no folder lies inside another. */
  public RestoreJob {
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("a restore needs at least one root");
    }
    Map<String, Path> absolute = new TreeMap<>();
    roots.forEach((name, folder) -> absolute.put(name, folder.toAbsolutePath().normalize()));
    roots = Map.copyOf(absolute);
    jobFolder = jobFolder.toAbsolutePath().normalize();
    List<Path> folders = new ArrayList<>(roots.values());
    folders.add(jobFolder);
    for (int i = 0; i < folders.size(); i++) {
      for (int j = 0; j < folders.size(); j++) {
        if (i != j && folders.get(i).startsWith(folders.get(j))) {
          throw new IllegalArgumentException(
              "folder " + folders.get(i) + " lies inside " + folders.get(j));
        }
      }
    }
  }
}
