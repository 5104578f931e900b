package io.reseed.backup.snapshot;

import io.reseed.backup.format.RootedPath;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The files of one cleanly stopped server. That it was stopped cleanly is for the caller to prove.
 *
 * @param roots the folder of each named root; none inside another
 * @param directories relative to their roots, each after its parent
 * @param files regular files, relative to their roots
 */
public record SnapshotSource(
    Map<String, Path> roots, List<RootedPath> directories, List<RootedPath> files) {

  /** Copies. */
  public SnapshotSource {
    roots = Map.copyOf(roots);
    directories = List.copyOf(directories);
    files = List.copyOf(files);
  }

  /**
   * Lists everything below the roots that {@code wanted} accepts. A directory that is not wanted is
   * not entered.
   *
   * @param wanted asked for files and directories alike; what a copy must not hold (binary and
   *     relay logs, {@code auto.cnf}, temporary tablespaces) is the caller's knowledge
   * @throws io.reseed.backup.BackupException {@code SOURCE_UNREADABLE} for a folder that cannot be
   *     read, a wanted symbolic link or a wanted special file
   */
  public static SnapshotSource scan(Map<String, Path> roots, Predicate<RootedPath> wanted) {
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("a snapshot needs at least one root");
    }
    throw new UnsupportedOperationException();
  }
}
