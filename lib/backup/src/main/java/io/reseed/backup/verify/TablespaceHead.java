package io.reseed.backup.verify;

import io.reseed.backup.format.Extent;
import io.reseed.mysql.innodb.TablespaceBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tablespace's first bytes, from a backup. A bad part is an {@link IOException} with a {@link
 * BadPart} as its cause.
 *
 * @param sizeBytes of the whole file
 * @param head its first extents
 * @param reader for them
 * @param atHand the same bytes, if they were read already
 */
record TablespaceHead(
    OpenedBackup backup,
    long sizeBytes,
    List<Extent> head,
    PartReader reader,
    @Nullable ByteBuffer atHand)
    implements TablespaceBytes {
  /** As far as anything is said about the other pages: six of the longest. */
  static final long BYTES = 6 * (64L << 10);

  @Override
  public long size() {
    return sizeBytes;
  }

  @Override
  public ByteBuffer read(long position, int count) throws IOException {
    int length = Math.clamp(sizeBytes - position, 0, count);
    if (atHand != null) {
      return atHand.slice(atHand.position() + (int) position, length);
    }
    ByteBuffer target = ByteBuffer.allocate(length);
    long begin = 0;
    for (Extent extent : head) {
      long end = begin + extent.rawBytes();
      long from = Math.max(begin, position);
      long to = Math.min(end, position + length);
      if (from < to && !(extent instanceof Extent.Zero)) {
        target.put((int) (from - position), raw(extent), (int) (from - begin), (int) (to - from));
      }
      begin = end;
    }
    return target;
  }

  private ByteBuffer raw(Extent extent) throws IOException {
    try {
      return reader.extent(backup, extent);
    } catch (BadPart e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
