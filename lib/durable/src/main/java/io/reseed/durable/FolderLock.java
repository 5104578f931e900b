package io.reseed.durable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets one process, and one in it, work in a folder at a time. A process that dies lets go of it;
 * the lock's file stays.
 */
public final class FolderLock implements AutoCloseable {
  /**
   * The locks' files that this process holds. A second channel on one of them must not even be
   * opened here: closing it gives the process's lock up, by whichever channel that was taken
   * (fcntl(2), advisory record locking).
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock, and makes the folder if there is none.
   *
   * @param work what may not be done twice at a time; names the file, {@code work.lock}
   * @return empty while somebody else has it, in whichever process
   */
  public static Optional<FolderLock> tryTake(Path folder, String work) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.toRealPath().resolve(work + ".lock");
    if (!OURS.add(file)) {
      return Optional.empty();
    }
    Optional<FolderLock> taken = Optional.empty();
    try {
      taken = locked(file);
      return taken;
    } finally {
      if (taken.isEmpty()) {
        OURS.remove(file);
      }
    }
  }

  private static Optional<FolderLock> locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    boolean taken = false;
    try {
      taken = channel.tryLock() != null;
      return taken ? Optional.of(new FolderLock(file, channel)) : Optional.empty();
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  /** Lets go of it; nothing happens when that was done before. */
  @Override
  public synchronized void close() throws IOException {
    if (channel.isOpen()) {
      try {
        channel.close();
      } finally {
        OURS.remove(file);
      }
    }
  }
}
