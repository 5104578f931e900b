package io.reseed.durable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Lets one process, and one in it, work in a folder at a time. A process that dies lets go of it;
 * the lock's file stays.
 */
public final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
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
    FileChannel channel =
        FileChannel.open(
            folder.resolve(work + ".lock"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    boolean taken = false;
    try {
      taken = isTaken(channel);
      return taken ? Optional.of(new FolderLock(channel)) : Optional.empty();
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // held by another thread of this very process
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
