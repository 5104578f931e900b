package io.reseed.backup.work;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a job's files to read or write whole blocks past the page cache (O_DIRECT, see open(2)), as
 * long as their file systems let it. The JDK's option is not of the platform's documented
 * interface, so it is looked up by name: a JDK without it goes the usual way. Thread-safe.
 */
public final class PastPageCache {
  /** What positions, lengths and buffers' addresses must be multiples of. */
  public static final int BLOCK_BYTES = 4_096;

  /** Less than that at one time is better left to the page cache, which reads and writes ahead. */
  public static final int BYTES_MIN = 128 << 10;

  private static final int PIECE_BYTES = 256 << 10;
  private static final Logger LOG = LoggerFactory.getLogger(PastPageCache.class);
  private static final @Nullable OpenOption DIRECT = find();

  private volatile boolean possible;

  private PastPageCache(boolean possible) {
    this.possible = possible;
  }

  /** The way for files below these folders. */
  public static PastPageCache below(Collection<Path> folders) throws IOException {
    boolean possible = DIRECT != null;
    for (Path folder : folders) {
      possible &= BLOCK_BYTES % Files.getFileStore(folder).getBlockSize() == 0;
    }
    return new PastPageCache(possible);
  }

  /** Whether it is whole blocks. */
  public static boolean fits(long offset, long bytes) {
    return offset % BLOCK_BYTES == 0 && bytes % BLOCK_BYTES == 0;
  }

  /** A buffer that may be read and written so; it is gone when the arena is closed. */
  public static ByteBuffer buffer(Arena arena, int bytes) {
    return arena.allocate(bytes, BLOCK_BYTES).asByteBuffer();
  }

  /**
   * Fills the buffer with what lies in the file from {@code offset} on, whole blocks all, in short
   * pieces through memory that is given back at the end. What the JDK 25 itself takes for a buffer
   * in the heap stays behind: a snapshot's memory was seen to double.
   *
   * @param channel that {@link #open} gave
   * @return false when the file ends before that
   */
  public static boolean read(FileChannel channel, long offset, ByteBuffer target)
      throws IOException {
    try (Arena memory = Arena.ofConfined()) {
      ByteBuffer piece = buffer(memory, Math.min(PIECE_BYTES, target.remaining()));
      long begin = offset;
      while (target.hasRemaining()) {
        piece.clear().limit(Math.min(piece.capacity(), target.remaining()));
        while (piece.hasRemaining()) {
          int bytes = channel.read(piece, begin + piece.position());
          if (bytes < 0 || !fits(begin, bytes)) {
            return false;
          }
        }
        begin += piece.limit();
        target.put(piece.flip());
      }
      return true;
    }
  }

  /**
   * Opens a file so.
   *
   * @return empty when its file system refuses, which holds for all files from then on
   * @throws IOException when it cannot be opened otherwise, either
   */
  public Optional<FileChannel> open(Path file, OpenOption... options) throws IOException {
    OpenOption direct = DIRECT;
    if (!possible || direct == null) {
      return Optional.empty();
    }
    Set<OpenOption> all = new HashSet<>(List.of(options));
    all.add(direct);
    try {
      return Optional.of(FileChannel.open(file, all));
    } catch (FileSystemException | UnsupportedOperationException e) {
      FileChannel.open(file, options).close(); // or it is about the file, and not about the way
      possible = false;
      LOG.info("Files go through the page cache file={} reason={}", file, e.toString());
      return Optional.empty();
    }
  }

  private static @Nullable OpenOption find() {
    try {
      Object @Nullable [] options =
          Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
      for (Object option : options == null ? new Object[0] : options) {
        if (option instanceof OpenOption found && option.toString().equals("DIRECT")) {
          return found;
        }
      }
      return null;
    } catch (ClassNotFoundException none) {
      return null;
    }
  }
}
