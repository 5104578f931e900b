package io.reseed.mysql.innodb;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Pages of tables with COMPRESSION='zlib' or 'lz4'. Their checksum is that of the page as it was
 * before, so it must be made again.
 */
final class PageCompression {
  private static final int ALGORITHM = 27;
  private static final int ORIGINAL_TYPE = 28;
  private static final int ORIGINAL_BYTES = 30;
  private static final int COMPRESSED_BYTES = 32;
  private static final int ZLIB = 1;
  private static final int LZ4 = 2;

  private PageCompression() {}

  /** Whether a later release made it, in a way that is not known here. */
  static boolean isUnknown(ByteBuffer page) {
    return Byte.toUnsignedInt(page.get(ALGORITHM)) > LZ4;
  }

  /** The page as it was; empty when what is there cannot be undone. */
  static Optional<ByteBuffer> undone(ByteBuffer page) {
    int originalBytes = Short.toUnsignedInt(page.getShort(ORIGINAL_BYTES));
    int compressedBytes = Short.toUnsignedInt(page.getShort(COMPRESSED_BYTES));
    if (originalBytes != page.limit() - PageHeader.DATA
        || compressedBytes > page.limit() - PageHeader.DATA) {
      return Optional.empty();
    }
    byte[] original = new byte[page.limit()];
    page.get(0, original, 0, PageHeader.DATA);
    ByteBuffer compressed = page.slice(PageHeader.DATA, compressedBytes);
    ByteBuffer body = ByteBuffer.wrap(original, PageHeader.DATA, originalBytes);
    boolean whole =
        switch (page.get(ALGORITHM)) {
          case ZLIB -> inflate(compressed, body);
          case LZ4 -> Lz4.expand(compressed, body);
          default -> false;
        };
    if (!whole || body.hasRemaining()) {
      return Optional.empty();
    }
    ByteBuffer undone = ByteBuffer.wrap(original);
    undone.putShort(PageHeader.TYPE, page.getShort(ORIGINAL_TYPE));
    return Optional.of(undone);
  }

  private static boolean inflate(ByteBuffer compressed, ByteBuffer body) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(compressed);
      while (body.hasRemaining()) {
        if (inflater.inflate(body) == 0) {
          return false;
        }
      }
      return true;
    } catch (DataFormatException e) {
      return false; // damaged, which is what the caller asks for
    } finally {
      inflater.end();
    }
  }
}
