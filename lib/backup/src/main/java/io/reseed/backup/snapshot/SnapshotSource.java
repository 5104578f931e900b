package io.reseed.backup.snapshot;

import io.reseed.backup.format.RootedPath;
import io.reseed.backup.work.PastPageCache;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The files of one cleanly stopped server. That it was stopped cleanly is for the caller to prove.
 *
 * @param roots the folder of each named root
 * @param directories relative to their roots, each after its parent
 * @param files regular files, relative to their roots
 */
public record SnapshotSource(
    Map<String, Path> roots, List<RootedPath> directories, List<RootedPath> files) {

  /** Copies. */
  public SnapshotSource {
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("a snapshot needs at least one root");
    }
    roots = Map.copyOf(roots);
    directories = List.copyOf(directories);
    files = List.copyOf(files);
  }

  /** How its files may be read. */
  PastPageCache pastPageCache() {
    try {
      return PastPageCache.below(roots.values());
    } catch (IOException e) {
      throw unreadable("cannot ask for the file systems of " + roots.values() + ": " + e, e);
    }
  }

  /** The folder of a path's root. */
  Path rootOf(RootedPath path) {
    Path root = roots.get(path.root());
    if (root == null) {
      throw new IllegalArgumentException("root of " + path + " has no folder");
    }
    return root;
  }

  /**
   * Lists everything below the roots that {@code wanted} accepts. A directory that is not wanted is
   * not entered.
   *
   * @param wanted asked for files and directories alike; what a copy must not hold (binary and
   *     relay logs, {@code auto.cnf}, temporary tablespaces) is the caller's knowledge
   * @throws FailureException {@code SOURCE_UNREADABLE} for a folder that cannot be read, a wanted
   *     symbolic link or a wanted special file, and for roots inside one another
   */
  public static SnapshotSource scan(Map<String, Path> roots, Predicate<RootedPath> wanted) {
    try {
      Map<String, Path> real = real(roots);
      checkApart(real);
      return list(real, wanted);
    } catch (IOException e) {
      throw unreadable("cannot list the files to back up: " + e, e);
    }
  }

  /**
   * Scans roots that may lie inside one another, or be one folder.
   *
   * @param wanted must accept each file as one of one root only
   */
  public static SnapshotSource scanNested(Map<String, Path> roots, Predicate<RootedPath> wanted) {
    try {
      return list(real(roots), wanted);
    } catch (IOException e) {
      throw unreadable("cannot list the files to back up: " + e, e);
    }
  }

  private static Map<String, Path> real(Map<String, Path> roots) throws IOException {
    Map<String, Path> real = new TreeMap<>();
    for (Map.Entry<String, Path> root : roots.entrySet()) {
      real.put(root.getKey(), root.getValue().toRealPath());
    }
    return real;
  }

  private static SnapshotSource list(Map<String, Path> real, Predicate<RootedPath> wanted)
      throws IOException {
    List<RootedPath> directories = new ArrayList<>();
    List<RootedPath> files = new ArrayList<>();
    for (Map.Entry<String, Path> root : real.entrySet()) {
      Lister lister = new Lister(root.getKey(), root.getValue(), wanted);
      Files.walkFileTree(root.getValue(), lister);
      directories.addAll(lister.directories.stream().sorted().toList());
      files.addAll(lister.files.stream().sorted().toList());
    }
    return new SnapshotSource(real, directories, files);
  }

  private static void checkApart(Map<String, Path> roots) {
    roots.forEach(
        (name, folder) ->
            roots.forEach(
                (other, otherFolder) -> {
                  if (!name.equals(other) && folder.startsWith(otherFolder)) {
                    throw unreadable(
                        "root " + name + " (" + folder + ") lies inside root " + other, null);
                  }
                }));
  }

  static FailureException unreadable(String message, @Nullable Exception cause) {
    return new FailureException(
        FailureCode.SOURCE_UNREADABLE,
        message,
        "Check the server's folders and this service's permissions on them.",
        cause);
  }

  private static final class Lister extends SimpleFileVisitor<Path> {
    private final String root;
    private final Path folder;
    private final Predicate<RootedPath> wanted;
    private final List<RootedPath> directories = new ArrayList<>();
    private final List<RootedPath> files = new ArrayList<>();

    Lister(String root, Path folder, Predicate<RootedPath> wanted) {
      this.root = root;
      this.folder = folder;
      this.wanted = wanted;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      if (directory.equals(folder)) {
        return FileVisitResult.CONTINUE;
      }
      RootedPath path = rooted(directory);
      if (!wanted.test(path)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      directories.add(path);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      RootedPath path = rooted(file);
      if (wanted.test(path)) {
        if (!attributes.isRegularFile()) {
          throw unreadable(path + " is no regular file and cannot be kept in a backup", null);
        }
        files.add(path);
      }
      return FileVisitResult.CONTINUE;
    }

    private RootedPath rooted(Path path) {
      try {
        return new RootedPath(root, folder.relativize(path).toString());
      } catch (IllegalArgumentException e) {
        throw unreadable("a backup cannot hold this name: " + e.getMessage(), e);
      }
    }
  }
}
