package io.reseed.mysql.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a recipient says of the files that a clone writes, until its next start. (InnoDB's {@code
 * clone0repl.h}; names that begin with a slash are of tablespaces outside, and of some inside.)
 */
record CloneLists(ServerFolder folder) {
  /** What CLONE appends to a file's name when one of that name is there. */
  private static final String BESIDE = ".#clone";

  /** Whether a clone began and the server did not start since. */
  boolean exist() {
    return Files.exists(file("#new_files"));
  }

  /** Files outside the server's folder that the clone made, and was the first to. */
  List<Path> made() {
    return outside("#new_files");
  }

  /** Files outside the server's folder that somebody else had made, and the start would replace. */
  List<Path> ofOthers() {
    return outside("#replace_files");
  }

  /** The clone's own, beside another's. */
  static Path beside(Path other) {
    return other.resolveSibling(other.getFileName() + BESIDE);
  }

  private List<Path> outside(String list) {
    Path file = file(list);
    if (!Files.exists(file)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(file)) {
      Path real = folder.directory().toRealPath();
      return lines
          .filter(line -> line.startsWith("/"))
          .map(line -> Path.of(line).normalize())
          .filter(path -> !path.startsWith(folder.directory()) && !path.startsWith(real))
          .toList();
    } catch (IOException e) {
      throw Folders.failed("read", file, e);
    }
  }

  private Path file(String name) {
    return folder.data().resolve("#clone").resolve(name);
  }
}
