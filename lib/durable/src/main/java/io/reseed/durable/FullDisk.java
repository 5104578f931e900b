package io.reseed.durable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a disk is full, by what its file system says and does. Java's exceptions carry no error
 * number, only the operating system's words in the language of the process; so no text is looked
 * at. Ask at the moment of the error: room that came back meanwhile shows as a disk with room.
 */
public final class FullDisk {
  /** Who is left so little has no room for a server: InnoDB makes a file larger by so much. */
  public static final long BYTES_FREE_MIN = 64L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(FullDisk.class);
  private static final int PROBE_BYTES = 4 << 10;

  private FullDisk() {}

  /**
   * Whether an error on a file below a place is for want of room there. An error that Java itself
   * calls another (access denied, no such file, ...) never is.
   *
   * @param place a file or folder, which need not exist
   */
  public static boolean explains(IOException thrown, Path place) {
    boolean namedOtherwise =
        thrown instanceof ClosedChannelException
            || thrown instanceof EOFException
            || (thrown instanceof FileSystemException
                && thrown.getClass() != FileSystemException.class);
    return !namedOtherwise && at(place);
  }

  /**
   * Whether the file system under a place has no room: fewer than {@link #BYTES_FREE_MIN} are left
   * to us, or (a quota, no inodes left) it takes no small new file although it may be written to. A
   * disk that answers nothing at all is not called full.
   *
   * @param place a file or folder, which need not exist
   */
  public static boolean at(Path place) {
    Path folder = folderOf(place);
    try {
      return folder != null && (isShort(folder) || refusesAFile(folder));
    } catch (IOException e) {
      LOG.warn("disk cannot be asked for its room path={}", folder, e);
      return false;
    }
  }

  private static @Nullable Path folderOf(Path place) {
    Path folder = place.toAbsolutePath().normalize();
    while (folder != null && !Files.isDirectory(folder)) {
      folder = folder.getParent();
    }
    return folder;
  }

  private static boolean isShort(Path folder) throws IOException {
    FileStore disk = Files.getFileStore(folder);
    return disk.getTotalSpace() > 0 && disk.getUsableSpace() < BYTES_FREE_MIN; // some say 0 of 0
  }

  private static boolean refusesAFile(Path folder) throws IOException {
    if (!Files.isWritable(folder)) {
      return false; // not ours to write, or a disk that was made read-only for its errors
    }
    Path probe = folder.resolve(".room-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
    try (FileChannel channel =
        FileChannel.open(probe, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(PROBE_BYTES);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
      return false;
    } catch (ClosedChannelException interrupted) {
      return false;
    } catch (IOException refused) {
      LOG.warn("disk has room and takes no new file path={}", folder, refused);
      return true;
    } finally {
      Files.deleteIfExists(probe);
    }
  }
}
