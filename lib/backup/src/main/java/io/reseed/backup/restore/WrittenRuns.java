package io.reseed.backup.restore;

import io.reseed.backup.work.PastPageCache;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The parts of an extent that must be written: all but whole blocks of zeros, which a new file has
 * already. Blocks are those of usual file systems, so sparse and hole-punched files (InnoDB's page
 * compression) stay so.
 *
 * @param raw the extent; its position is left alone
 * @param fileOffset where it begins in the file
 */
record WrittenRuns(ByteBuffer raw, long fileOffset) implements Iterable<ByteBuffer> {
  static final int BLOCK = PastPageCache.BLOCK_BYTES;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(BLOCK).asReadOnlyBuffer();

  @Override
  public Iterator<ByteBuffer> iterator() {
    return new Runs(raw.position());
  }

  private final class Runs implements Iterator<ByteBuffer> {
    private int from;

    Runs(int begin) {
      from = skip(begin, true);
    }

    @Override
    public boolean hasNext() {
      return from < raw.limit();
    }

    @Override
    public ByteBuffer next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int to = skip(from, false);
      ByteBuffer run = raw.duplicate().position(from).limit(to);
      from = skip(to, true);
      return run;
    }

    /** The first block from here on that is no longer zero, or no longer not. */
    private int skip(int begin, boolean zero) {
      int at = begin;
      while (at < raw.limit() && isZeroBlock(at) == zero) {
        at = endOfBlock(at);
      }
      return at;
    }

    private boolean isZeroBlock(int at) {
      int length = endOfBlock(at) - at;
      return length == BLOCK && raw.slice(at, BLOCK).mismatch(ZEROS.duplicate()) < 0;
    }

    private int endOfBlock(int at) {
      int within = (int) ((fileOffset + at - raw.position()) % BLOCK);
      return Math.min(raw.limit(), at + BLOCK - within);
    }
  }
}
