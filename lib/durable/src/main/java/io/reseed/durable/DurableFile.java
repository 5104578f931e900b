package io.reseed.durable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Writes small files so that a crash at any moment leaves the former content or the new one:
 * written aside, forced to disk, renamed, and the folder forced, since a rename is durable with its
 * folder only (fsync(2), rename(2)).
 */
public final class DurableFile {
  private static final String ASIDE = ".new";
  private static final Set<OpenOption> ANEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final FileAttribute<Set<PosixFilePermission>> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private DurableFile() {}

  /** Where {@link #replace} writes before it renames; a crash may leave it, with any content. */
  public static Path aside(Path file) {
    return file.resolveSibling(file.getFileName() + ASIDE);
  }

  /**
   * Makes or replaces a file that this user alone may read; its folder must exist. When this
   * returns, a power cut does not lose it. May be repeated; one thread at a time for each file.
   *
   * @throws IOException the former content is there yet, unless it was the folder that could not be
   *     forced: then it may be either
   */
  public static void replace(Path file, byte[] content) throws IOException {
    Path aside = aside(file);
    try {
      Files.deleteIfExists(aside);
      write(aside, content);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      discard(aside, e); // on a full disk it is there, and empty
      throw e;
    }
    forceFolder(file.toAbsolutePath().resolveSibling("."));
  }

  private static void write(Path aside, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(aside, ANEW, OWN)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  private static void discard(Path aside, IOException failure) {
    try {
      Files.deleteIfExists(aside);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Makes a folder's entries durable: what was made, renamed and removed in it. */
  public static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
