package io.reseed.backup.verify;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32C;

/** A table's file with sound pages of 16 KiB, as InnoDB writes them. */
final class TestTablespace {
  static final int PAGE = 16 << 10;
  private static final int TYPE_TABLESPACE = 8;
  private static final int TYPE_INDEX = 17_855;

  private final Path file;
  private final int spaceId;
  private final Random random;
  private long lsn = 1_000;

  private TestTablespace(Path file, int spaceId) {
    this.file = file;
    this.spaceId = spaceId;
    this.random = new Random(spaceId);
  }

  static TestTablespace create(Path file, int spaceId, int pages) throws IOException {
    Files.createDirectories(file.getParent());
    TestTablespace table = new TestTablespace(file, spaceId);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      for (int page = 0; page < pages; page++) {
        out.write(table.page(page, pages));
      }
    }
    return table;
  }

  /** New content for a page. */
  void change(int page) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      int pages = (int) (out.length() / PAGE);
      out.seek((long) page * PAGE);
      out.write(page(page, pages));
    }
  }

  /** One bit of a page's content, so that its checksum does not hold. */
  void rot(int page) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      long at = (long) page * PAGE + 300;
      out.seek(at);
      int old = out.read();
      out.seek(at);
      out.write(old ^ 4);
    }
  }

  private byte[] page(int number, int pages) {
    byte[] bytes = new byte[PAGE];
    ByteBuffer page = ByteBuffer.wrap(bytes);
    byte[] noise = new byte[1_000 + random.nextInt(3_000)];
    random.nextBytes(noise);
    page.put(200, noise);
    page.putInt(4, number);
    page.putLong(16, ++lsn);
    page.putShort(24, (short) (number == 0 ? TYPE_TABLESPACE : TYPE_INDEX));
    page.putInt(34, spaceId);
    if (number == 0) {
      page.putInt(38, spaceId).putInt(46, pages).putInt(54, 0);
    }
    page.putInt(PAGE - 4, (int) lsn);
    int checksum = crc(bytes, 4, 26) ^ crc(bytes, 38, PAGE - 8);
    page.putInt(0, checksum).putInt(PAGE - 8, checksum);
    return bytes;
  }

  private static int crc(byte[] page, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(page, from, to - from);
    return (int) crc.getValue();
  }
}
