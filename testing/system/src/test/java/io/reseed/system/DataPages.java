package io.reseed.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Damages InnoDB's pages in the files of a server that does not run. Knows the page format by
 * itself, so that a mistake of the library's does not hide another.
 */
final class DataPages {
  private static final int PAGE_BYTES = 16_384;
  private static final int TYPE_OFFSET = 24;
  private static final int TYPE_INDEX = 17_855;
  private static final int LEVEL_OFFSET = 38 + 26;
  private static final int HEADER_BYTES = 38;
  private static final int TRAILER_OFFSET = PAGE_BYTES - 8;

  private DataPages() {}

  /** Changes one byte of a row in a page that holds the word; the page's checksum stays. */
  static void damageRow(Path tablespace, String word) {
    byte[] file = read(tablespace);
    int page = pageWith(file, word);
    file[page + indexOf(file, page, word)] ^= 0x20;
    write(tablespace, file);
  }

  /** Changes every place of the word in one page, and makes the page's checksum right again. */
  static void changeRows(Path tablespace, String word, String other) {
    if (word.length() != other.length()) {
      throw new IllegalArgumentException("the words must be equally long");
    }
    byte[] file = read(tablespace);
    int page = pageWith(file, word);
    for (int at = indexOf(file, page, word); at >= 0; at = indexOf(file, page, word)) {
      System.arraycopy(other.getBytes(ISO_8859_1), 0, file, page + at, other.length());
    }
    seal(file, page);
    write(tablespace, file);
  }

  /** Both checksum fields, as {@code innodb_checksum_algorithm=crc32} writes them. */
  private static void seal(byte[] file, int page) {
    int checksum =
        crc(file, page + 4, page + 26) ^ crc(file, page + HEADER_BYTES, page + TRAILER_OFFSET);
    ByteBuffer.wrap(file).putInt(page, checksum).putInt(page + TRAILER_OFFSET, checksum);
  }

  private static int crc(byte[] file, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(file, from, to - from);
    return (int) crc.getValue();
  }

  /** Where the first leaf page of an index with the word begins. */
  private static int pageWith(byte[] file, String word) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    for (int page = 0; page + PAGE_BYTES <= file.length; page += PAGE_BYTES) {
      boolean leaf =
          Short.toUnsignedInt(bytes.getShort(page + TYPE_OFFSET)) == TYPE_INDEX
              && bytes.getShort(page + LEVEL_OFFSET) == 0;
      if (leaf && indexOf(file, page, word) >= 0) {
        return page;
      }
    }
    throw new IllegalStateException("no page holds the word " + word);
  }

  private static int indexOf(byte[] file, int page, String word) {
    return new String(file, page, PAGE_BYTES, ISO_8859_1).indexOf(word);
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  private static void write(Path file, byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }
}
