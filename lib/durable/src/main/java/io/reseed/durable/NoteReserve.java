package io.reseed.durable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes that an agent sets aside on its host's disk, so that it can still note what it does when
 * the disk is full: what was begun is removed only after that was noted, so without a note the disk
 * would stay full, and nobody would hear of it. They are given back in steps, each enough for a
 * note: whatever filled the disk takes what the note leaves of a step, but not the steps of the
 * notes to come.
 */
public final class NoteReserve {
  private static final Logger LOG = LoggerFactory.getLogger(NoteReserve.class);
  private static final String FILE = "room-for-notes";
  private static final int BYTES = 1 << 20;
  private static final int STEP_BYTES = 64 << 10;
  private static final long BYTES_FREE_MIN = 16L * BYTES;

  private final Path directory;
  private final Path file;
  private final BiPredicate<IOException, Path> wantOfRoom;

  /** Room in this directory, which must exist before the first {@link #keep}. */
  public NoteReserve(Path directory) {
    this(directory, FullDisk::explains);
  }

  NoteReserve(Path directory, BiPredicate<IOException, Path> wantOfRoom) {
    this.directory = directory;
    this.wantOfRoom = wantOfRoom;
    this.file = directory.resolve(FILE);
  }

  /** Something that writes little, and may be done twice. */
  @FunctionalInterface
  public interface Note {
    /** Writes it anew. */
    void write() throws IOException;
  }

  /**
   * Writes; on a full disk with room that was set aside for it.
   *
   * @throws IOException as the note threw it; on a full disk once no room is left
   */
  public void write(Note note) throws IOException {
    while (true) {
      try {
        note.write();
        return;
      } catch (IOException e) {
        if (!isFull(e) || !giveStep()) {
          throw e;
        }
      }
    }
  }

  /** Frees some of the room; false when none is left. */
  private boolean giveStep() throws IOException {
    try (FileChannel reserve = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long bytes = reserve.size();
      if (bytes == 0) {
        return false;
      }
      long bytesLeft = Math.max(0, bytes - STEP_BYTES);
      reserve.truncate(bytesLeft);
      LOG.warn(
          "disk full, room for notes is used up directory={} bytesLeft={}", directory, bytesLeft);
      return true;
    } catch (NoSuchFileException none) {
      return false;
    }
  }

  /** Sets the bytes aside, once the disk has room for them; may be repeated. */
  public void keep() throws IOException {
    boolean whole = Files.exists(file) && Files.size(file) == BYTES;
    if (whole || Files.getFileStore(directory).getUsableSpace() < BYTES_FREE_MIN) {
      return;
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(new byte[BYTES]);
    } catch (IOException e) {
      if (!isFull(e)) {
        throw e;
      }
      LOG.info("disk filled meanwhile, no room for notes is set aside directory={}", directory);
      Files.deleteIfExists(file);
    }
  }

  private boolean isFull(IOException thrown) {
    return wantOfRoom.test(thrown, directory);
  }
}
