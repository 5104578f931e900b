package io.reseed.backup.work;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Reads and writes long buffers in short pieces. The channel copies what lies in the Java heap
 * through memory of its own, which it keeps for each thread: short pieces keep that small, and in
 * the processor's cache.
 */
public final class FilePieces {
  private static final int PIECE_BYTES = 256 << 10;

  private FilePieces() {}

  /**
   * Fills the buffer with what lies in the file from {@code offset} on.
   *
   * @return false when the file ends before that
   */
  public static boolean read(FileChannel channel, long offset, ByteBuffer target)
      throws IOException {
    int limit = target.limit();
    long begin = offset - target.position();
    while (target.position() < limit) {
      target.limit(pieceEnd(target, limit));
      if (channel.read(target, begin + target.position()) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Writes the rest of the buffer into the file from {@code offset} on. */
  public static void write(FileChannel channel, long offset, ByteBuffer source) throws IOException {
    int limit = source.limit();
    long begin = offset - source.position();
    while (source.position() < limit) {
      source.limit(pieceEnd(source, limit));
      channel.write(source, begin + source.position());
    }
  }

  private static int pieceEnd(ByteBuffer buffer, int limit) {
    return Math.min(limit, buffer.position() + PIECE_BYTES);
  }
}
