package io.reseed.restore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes small files so that a crash at any moment leaves the former content or the new one. */
final class DurableFile {
  private static final String ASIDE = ".new";

  private DurableFile() {}

  /** Where {@link #write} writes before it renames. */
  static Path aside(Path file) {
    return file.resolveSibling(file.getFileName() + ASIDE);
  }

  /** Replaces the file; when this returns, a power cut does not lose it. */
  static void write(Path file, byte[] content) throws IOException {
    Path aside = aside(file);
    try (FileChannel channel =
        FileChannel.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(file.toAbsolutePath().resolveSibling("."));
  }

  /** Makes a folder's entries durable. */
  static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
