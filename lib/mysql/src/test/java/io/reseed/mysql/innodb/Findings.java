package io.reseed.mysql.innodb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the inspector says about files. */
record Findings(long pages, Optional<PageFault> fault) {
  private static final int PIECE = 4 << 20;

  static List<Path> tablespacesUnder(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("#innodb_temp"))
          .filter(TablespaceInspector::isTablespace)
          .sorted()
          .toList();
    }
  }

  /** Of one file, its pieces from the last to the first. */
  static Findings of(Path file) throws IOException {
    return of(file, Files.readAllBytes(file));
  }

  /** What is found in a file whose bytes were changed. */
  static Findings ofChanged(Path folder, Path file, byte[] bytes) throws IOException {
    Path copy = folder.resolve(String.valueOf(file.getFileName()));
    Files.write(copy, bytes);
    return of(copy, bytes);
  }

  private static Findings of(Path file, byte[] bytes) {
    TablespaceInspector inspector = TablespaceInspector.open(file);
    Optional<PageFault> fault = Optional.empty();
    for (int at = (bytes.length - 1) / PIECE * PIECE; at >= 0 && fault.isEmpty(); at -= PIECE) {
      ByteBuffer piece = ByteBuffer.wrap(bytes, at, Math.min(PIECE, bytes.length - at));
      fault = inspector.inspect(at, piece.asReadOnlyBuffer());
    }
    return new Findings(inspector.pagesChecked(), fault);
  }
}
