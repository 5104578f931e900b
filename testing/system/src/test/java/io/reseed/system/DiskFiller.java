package io.reseed.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Takes the room on the file system of a host's folder, and gives it back. */
final class DiskFiller {
  private static final int BLOCK_BYTES = 1 << 20;

  private final Path directory;
  private final Path file;

  DiskFiller(Path hostDirectory) {
    this.directory = hostDirectory;
    this.file = hostDirectory.resolve("filler");
  }

  /** Writes until about so many bytes are left. */
  void leave(long bytes) {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      for (long excess = excess(bytes); excess > 0; excess = excess(bytes)) {
        block.clear().limit((int) Math.min(BLOCK_BYTES, excess));
        channel.write(block);
      }
    } catch (IOException e) {
      if (bytes > 0 || !String.valueOf(e.getMessage()).contains("No space left")) {
        throw new UncheckedIOException("Cannot fill " + file, e);
      }
    }
  }

  private long excess(long bytes) throws IOException {
    return Files.getFileStore(directory).getUsableSpace() - bytes;
  }

  /** Gives the room back; harmless when none was taken. */
  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + file, e);
    }
  }
}
