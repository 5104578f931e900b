package io.reseed.mysql.server;

import io.reseed.durable.DurableFile;
import io.reseed.durable.FullDisk;
import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** File operations whose failures are coded. */
final class Folders {
  private static final Logger LOG = LoggerFactory.getLogger(Folders.class);

  private Folders() {}

  /** Writes a file that only this user reads, whole or not at all, durably. */
  static void replace(Path file, String text) {
    try {
      DurableFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failed("write", file, e);
    }
  }

  /** Makes a folder, and those above it; mode 0750 as mysqld itself makes them. */
  static void create(Path folder) {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    } catch (IOException e) {
      throw failed("create", folder, e);
    }
  }

  /** True for a folder that is missing or holds nothing. */
  static boolean isEmpty(Path folder) {
    return holdsAtMost(folder, Set.of());
  }

  /** True for a folder that is missing or holds no other entries than these. */
  static boolean holdsAtMost(Path folder, Set<Path> allowed) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.allMatch(allowed::contains);
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      throw failed("list", folder, e);
    }
  }

  /** Deletes what is below and the folder itself; follows no symbolic links; missing is fine. */
  static void deleteTree(Path folder) {
    try {
      Files.walkFileTree(folder, new Deleting());
    } catch (NoSuchFileException e) {
      LOG.debug("nothing to delete path={}", folder);
    } catch (IOException e) {
      throw failed("delete", folder, e);
    }
  }

  /** Deletes all that is in a folder but one file; missing is fine. */
  static void deleteContents(Path folder, Path kept) {
    List<Path> entries;
    try (Stream<Path> all = Files.list(folder)) {
      entries = all.filter(entry -> !entry.equals(kept)).toList();
    } catch (NoSuchFileException e) {
      LOG.debug("nothing to delete path={}", folder);
      return;
    } catch (IOException e) {
      throw failed("list", folder, e);
    }
    entries.forEach(Folders::deleteTree);
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed("delete", file, e);
    }
  }

  /** For temporary files, where a leftover harms nobody. */
  static void deleteQuietly(@Nullable Path file) {
    if (file == null) {
      return;
    }
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.debug("a temporary file stays path={}", file, e);
    }
  }

  /** An error on a file or folder; a disk without room is told from a broken one by asking it. */
  static MysqlException failed(String action, Path place, IOException e) {
    FailureCode code =
        FullDisk.explains(e, place) ? FailureCode.TARGET_FULL : FailureCode.FILE_FAILED;
    return new MysqlException(code, "cannot %s %s: %s".formatted(action, place, e), e);
  }

  /** An error on what is on no disk. */
  static MysqlException failed(String what, IOException e) {
    return new MysqlException(FailureCode.FILE_FAILED, "cannot " + what + ": " + e, e);
  }

  private static final class Deleting extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    /** A server that is just being killed may remove its own files meanwhile. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        throw e;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
