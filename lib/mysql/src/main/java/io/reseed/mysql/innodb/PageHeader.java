package io.reseed.mysql.innodb;

import java.nio.ByteBuffer;

/** Where things stand in a page, and how to read them there. Numbers are big-endian, unsigned. */
final class PageHeader {
  static final int PAGE_BYTES_MAX = 64 << 10;
  static final int PAGE_BYTES_MIN = 1 << 10;

  static final int CHECKSUM = 0;
  static final int PAGE_NUMBER = 4;
  static final int LSN = 16;
  static final int LSN_LOW = 20;
  static final int TYPE = 24;
  static final int FLUSH_LSN = 26;
  static final int SPACE_ID = 34;
  static final int DATA = 38;

  /** The checksum again, and the LSN's lower half. */
  static final int TRAILER_BYTES = 8;

  static final int TYPE_TABLESPACE = 8;
  static final int TYPE_COMPRESSED = 14;
  static final int TYPE_ENCRYPTED = 15;
  static final int TYPE_COMPRESSED_AND_ENCRYPTED = 16;
  static final int TYPE_ENCRYPTED_RTREE = 17;

  private PageHeader() {}

  static long unsigned(ByteBuffer page, int offset) {
    return Integer.toUnsignedLong(page.getInt(offset));
  }

  static int type(ByteBuffer page) {
    return Short.toUnsignedInt(page.getShort(TYPE));
  }

  /** Space that was taken from the file system and not yet used. */
  static boolean isEmpty(ByteBuffer page) {
    int size = page.limit();
    if (page.getLong(0) != 0 || page.getLong(size - Long.BYTES) != 0) {
      return false;
    }
    // equal to itself moved by one byte: all bytes are the same
    return page.slice(0, size - 1).mismatch(page.slice(1, size - 1)) < 0;
  }
}
