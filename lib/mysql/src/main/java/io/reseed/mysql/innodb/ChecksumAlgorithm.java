package io.reseed.mysql.innodb;

import static io.reseed.mysql.innodb.PageHeader.unsigned;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * InnoDB's ways to make a page's checksum. A server with {@code innodb_checksum_algorithm = crc32}
 * (the default) writes CRC32, and takes pages with any of the others for whole, since an older
 * release may have written them; so do we.
 */
enum ChecksumAlgorithm {
  /** Two CRC-32C, of the head and of the body, in one. */
  CRC32 {
    @Override
    boolean holds(ByteBuffer page, boolean zip) {
      long expected =
          zip
              ? crc(page, PageHeader.PAGE_NUMBER, PageHeader.LSN)
                  ^ crc(page, PageHeader.TYPE, PageHeader.FLUSH_LSN)
                  ^ crc(page, PageHeader.SPACE_ID, page.limit())
              : crc(page, PageHeader.PAGE_NUMBER, PageHeader.FLUSH_LSN)
                  ^ crc(page, PageHeader.DATA, page.limit() - PageHeader.TRAILER_BYTES);
      return isAt(page, zip, expected, expected);
    }
  },
  /** The sums of MySQL 5.5 and before. */
  INNODB {
    @Override
    boolean holds(ByteBuffer page, boolean zip) {
      if (zip) {
        long expected = adler(page);
        return isAt(page, true, expected, expected);
      }
      long head = fold(page, PageHeader.PAGE_NUMBER, PageHeader.FLUSH_LSN);
      long body = fold(page, PageHeader.DATA, page.limit() - PageHeader.TRAILER_BYTES);
      long old = fold(page, PageHeader.CHECKSUM, PageHeader.FLUSH_LSN);
      return isAt(page, false, (head + body) & WORD, old);
    }
  },
  /** A constant, which says that there is no checksum. */
  NONE {
    @Override
    boolean holds(ByteBuffer page, boolean zip) {
      return isAt(page, zip, MAGIC, MAGIC);
    }
  };

  private static final long WORD = 0xFFFF_FFFFL;
  private static final long MAGIC = 0xDEAD_BEEFL;
  private static final long FOLD_A = 1_463_735_687L;
  private static final long FOLD_B = 1_653_893_711L;
  private static final int ADLER = 65_521;

  /**
   * Whether the page has the checksum that this algorithm gives it.
   *
   * @param page from position 0 to its limit
   * @param zip whether it is of a table with ROW_FORMAT=COMPRESSED: no trailer, other ranges
   */
  abstract boolean holds(ByteBuffer page, boolean zip);

  /** Whether any of them holds, the likely one first. */
  static boolean anyHolds(ByteBuffer page, boolean zip) {
    return CRC32.holds(page, zip) || NONE.holds(page, zip) || INNODB.holds(page, zip);
  }

  private static boolean isAt(ByteBuffer page, boolean zip, long head, long tail) {
    return unsigned(page, PageHeader.CHECKSUM) == head
        && (zip || unsigned(page, page.limit() - PageHeader.TRAILER_BYTES) == tail);
  }

  private static long crc(ByteBuffer page, int from, int to) {
    Checksum crc = new CRC32C();
    crc.update(page.slice(from, to - from));
    return crc.getValue();
  }

  private static long fold(ByteBuffer page, int from, int to) {
    long fold = 0;
    for (int i = from; i < to; i++) {
      long next = Byte.toUnsignedLong(page.get(i));
      fold = ((((fold ^ next ^ FOLD_B) << 8) + fold) ^ FOLD_A) + next;
    }
    return fold & WORD;
  }

  /** Adler-32, begun with 0 instead of 1. */
  private static long adler(ByteBuffer page) {
    long low = 0;
    long high = 0;
    for (int i = PageHeader.PAGE_NUMBER; i < page.limit(); i++) {
      boolean counts =
          i < PageHeader.LSN
              || (i >= PageHeader.TYPE && i < PageHeader.FLUSH_LSN)
              || i >= PageHeader.SPACE_ID;
      if (counts) {
        low = (low + Byte.toUnsignedInt(page.get(i))) % ADLER;
        high = (high + low) % ADLER;
      }
    }
    return high << 16 | low;
  }
}
