package io.reseed.backup.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of puts that are under way, in a folder that no listing shows. Each store that is put to
 * has a folder of its own in it, and holds a lock there for as long as its process lives: what is
 * found without one is of a killed process, and is removed.
 */
final class UnfinishedFiles implements AutoCloseable {
  /** In the store's folder; no key has it. */
  static final String FOLDER = ".reseed-unfinished";

  private static final Logger LOG = LoggerFactory.getLogger(UnfinishedFiles.class);
  private static final String LOCK = "lock";

  /**
   * Of this process. A second channel on a lock's file must not even be opened here: closing it
   * gives the process's lock up.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel lock;
  private final AtomicLong next = new AtomicLong();

  private UnfinishedFiles(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Removes what killed processes left and makes a new folder.
   *
   * @param root the store's folder, which exists
   */
  static UnfinishedFiles open(Path root) throws IOException {
    Path all = root.resolve(FOLDER);
    Files.createDirectories(all);
    sweep(all);
    while (true) {
      Path folder = Files.createDirectory(all.resolve(UUID.randomUUID().toString()));
      OURS.add(folder);
      FileChannel lock = locked(folder);
      if (lock != null) {
        return new UnfinishedFiles(folder, lock);
      }
      OURS.remove(folder);
    }
  }

  /** Null when another process swept the folder before it had its lock. */
  private static @Nullable FileChannel locked(Path folder) throws IOException {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null && Files.exists(folder.resolve(LOCK))) {
        return channel;
      }
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      LOG.debug("Folder swept before it was used folder={}", folder, e);
    }
    if (channel != null) {
      channel.close();
    }
    return null;
  }

  /** A new file's name. */
  Path newFile() {
    return folder.resolve(Long.toString(next.getAndIncrement()));
  }

  private static void sweep(Path all) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(all)) {
      for (Path folder : folders) {
        if (!OURS.contains(folder) && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
          sweepOne(folder);
        }
      }
    }
  }

  private static void sweepOne(Path folder) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        int files = remove(folder);
        LOG.info("Unfinished files of a killed process removed folder={} files={}", folder, files);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("Swept by another process at the same time folder={}", folder, e);
    } catch (AccessDeniedException e) {
      LOG.debug("Left to its own user folder={}", folder, e);
    }
  }

  private static int remove(Path folder) throws IOException {
    int files = 0;
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
      for (Path file : left) {
        if (!file.endsWith(LOCK) && Files.deleteIfExists(file)) {
          files++;
        }
      }
    }
    Files.deleteIfExists(folder.resolve(LOCK));
    Files.deleteIfExists(folder);
    return files;
  }

  /** Removes the folder; puts that are under way fail. */
  @Override
  public void close() throws IOException {
    try (lock) {
      remove(folder);
    } finally {
      OURS.remove(folder);
    }
  }
}
