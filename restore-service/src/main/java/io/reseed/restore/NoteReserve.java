package io.reseed.restore;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes that an agent sets aside on its host's disk, so that it can still note what it does when
 * the disk is full: what was begun is removed only after that was noted, so without a note the disk
 * would stay full, and nobody would hear of it.
 */
final class NoteReserve {
  private static final Logger LOG = LoggerFactory.getLogger(NoteReserve.class);
  private static final String FILE = "room-for-notes";
  private static final int BYTES = 1 << 20;
  private static final long BYTES_FREE_MIN = 16L * BYTES;

  private final Path directory;
  private final Path file;

  NoteReserve(Path directory) {
    this.directory = directory;
    this.file = directory.resolve(FILE);
  }

  /** Something that writes little, and may be done twice. */
  @FunctionalInterface
  interface Note {
    void write() throws IOException;
  }

  /** Writes; on a full disk with the room that was set aside for it. */
  void write(Note note) throws IOException {
    try {
      note.write();
    } catch (IOException e) {
      if (!isFull(e) || !Files.deleteIfExists(file)) {
        throw e;
      }
      LOG.warn("disk full, the room for notes is used up directory={}", directory);
      note.write();
    }
  }

  /** Sets the bytes aside, once the disk has room for them; may be repeated. */
  void keep() throws IOException {
    if (Files.exists(file) || Files.getFileStore(directory).getUsableSpace() < BYTES_FREE_MIN) {
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

  private static boolean isFull(IOException thrown) {
    return String.valueOf(thrown.getMessage()).contains("No space left");
  }
}
