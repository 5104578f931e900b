package io.reseed.backup.work;

import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Lets one run of a job at a time work in its folder. A process that dies lets go of it. */
public final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the folder if needed and takes its lock.
   *
   * @param job what kind of job it is: names the lock's file
   * @throws BackupException {@code JOB_RUNNING} when another run has it
   */
  public static FolderLock take(Path folder, String job) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(job + ".lock"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    if (lock(channel) == null) {
      channel.close();
      throw new BackupException(
          FailureCode.JOB_RUNNING,
          "another run works on the " + job + " in " + folder,
          "Let it finish, or stop it first.");
    }
    return new FolderLock(channel);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // held by another thread of this very process
      return null;
    }
  }
}
