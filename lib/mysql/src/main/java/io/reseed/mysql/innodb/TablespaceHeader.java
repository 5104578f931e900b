package io.reseed.mysql.innodb;

import static io.reseed.mysql.innodb.PageHeader.unsigned;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What a tablespace's first page says about all of them.
 *
 * @param spaceId the tablespace's number
 * @param pageBytes how long a page is in the file
 * @param zip whether it holds a table with ROW_FORMAT=COMPRESSED
 * @param pages how long the tablespace says it is
 * @param neverEncrypted whether no page can be: a table's own tablespace without that flag. In
 *     others the flag and single pages may differ while the server changes them.
 */
record TablespaceHeader(
    long spaceId, int pageBytes, boolean zip, long pages, boolean neverEncrypted) {
  private static final int SIZE = PageHeader.DATA + 8;
  private static final int FLAGS = PageHeader.DATA + 16;
  private static final int ZIP_SHIFT = 1;
  private static final int PAGE_SHIFT = 6;
  private static final int SHARED = 1 << 11;
  private static final int ENCRYPTED = 1 << 13;
  private static final int SIZE_MASK = 0xF;
  private static final int SIZE_UNIT = 512;
  private static final int PAGE_BYTES_DEFAULT = 16 << 10;

  /** For pages of that length, of the system tablespace's number, as far as nothing says so. */
  static TablespaceHeader assumed(int pageBytes) {
    return new TablespaceHeader(0, pageBytes, false, 0, false);
  }

  /** For pages of the usual length. */
  static TablespaceHeader assumed() {
    return assumed(PAGE_BYTES_DEFAULT);
  }

  /** From the file's first bytes; makes sense only where the page's checksum holds. */
  static TablespaceHeader parse(Path file, ByteBuffer first) {
    int flags = first.getInt(FLAGS);
    int zip = flags >> ZIP_SHIFT & SIZE_MASK;
    int page = flags >> PAGE_SHIFT & SIZE_MASK;
    int pageBytes = page == 0 ? PAGE_BYTES_DEFAULT : SIZE_UNIT << page;
    return new TablespaceHeader(
        unsigned(first, PageHeader.SPACE_ID),
        zip == 0 ? pageBytes : SIZE_UNIT << zip,
        zip != 0,
        unsigned(first, SIZE),
        file.toString().endsWith(".ibd") && (flags & (SHARED | ENCRYPTED)) == 0);
  }

  /** Whether pages can be that long at all. */
  boolean isPossible() {
    return pageBytes >= PageHeader.PAGE_BYTES_MIN && pageBytes <= PageHeader.PAGE_BYTES_MAX;
  }
}
