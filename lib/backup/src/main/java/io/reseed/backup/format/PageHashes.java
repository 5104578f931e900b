package io.reseed.backup.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/** The hashes of all pages that one pack holds, and their form as bytes. Immutable. */
public final class PageHashes {
  private static final int ENTRY_BYTES = 3 * Integer.BYTES;

  private final Map<Long, Entry> entries;

  private PageHashes(Map<Long, Entry> entries) {
    this.entries = entries;
  }

  private static final class Entry {
    private final int pageBytes;
    private final int[] hashes;

    private Entry(int pageBytes, int[] hashes) {
      this.pageBytes = pageBytes;
      this.hashes = hashes;
    }
  }

  /**
   * One page's hash. Not fit to tell whether two pages are equal that somebody made to look so.
   *
   * <p>A CRC of another polynomial than the page's own checksum, since a CRC of bytes that hold
   * their CRC says less than its 32 bits.
   */
  public static int of(byte[] bytes, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /** The hashes of pages that follow one another; the last one may be shorter. */
  public static int[] of(byte[] raw, int rawBytes, PageSize pageSize) {
    int[] hashes = new int[pageSize.pagesOf(rawBytes)];
    for (int page = 0; page < hashes.length; page++) {
      int from = page * pageSize.bytes();
      hashes[page] = of(raw, from, Math.min(pageSize.bytes(), rawBytes - from));
    }
    return hashes;
  }

  /** How long a page is. */
  public record PageSize(int bytes) {
    /** How many pages so many bytes are, the last one perhaps not whole. */
    public int pagesOf(long rawBytes) {
      return Math.toIntExact(Math.ceilDiv(rawBytes, (long) bytes));
    }
  }

  /**
   * The hashes of what is stored at an offset of the pack, in the order of its raw bytes.
   *
   * @return empty when there are none, or of pages of another length
   */
  public Optional<int[]> at(long packOffset, PageSize pageSize) {
    Entry entry = entries.get(packOffset);
    return entry == null || entry.pageBytes != pageSize.bytes()
        ? Optional.empty()
        : Optional.of(entry.hashes.clone());
  }

  /**
   * Reads a table.
   *
   * @throws IllegalArgumentException when it is not one
   */
  public static PageHashes decode(ByteBuffer table) {
    Map<Long, Entry> entries = new HashMap<>();
    while (table.hasRemaining()) {
      if (table.remaining() < ENTRY_BYTES) {
        throw new IllegalArgumentException("a table of page hashes ends within an entry");
      }
      long offset = Integer.toUnsignedLong(table.getInt());
      int pageBytes = table.getInt();
      int count = table.getInt();
      if (count < 1 || count > table.remaining() / Integer.BYTES) {
        throw new IllegalArgumentException("a table of page hashes ends within an entry");
      }
      int[] hashes = new int[count];
      table.asIntBuffer().get(hashes);
      table.position(table.position() + count * Integer.BYTES);
      entries.put(offset, new Entry(pageBytes, hashes));
    }
    return new PageHashes(entries);
  }

  /** Collects one pack's table. Not safe for several threads. */
  public static final class Collector {
    private final ByteArrayOutputStream table = new ByteArrayOutputStream();

    /** Adds what is stored at an offset of the pack. */
    public void add(int packOffset, PageSize pageSize, int[] hashes) {
      ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES + hashes.length * Integer.BYTES);
      entry.putInt(packOffset).putInt(pageSize.bytes()).putInt(hashes.length);
      entry.asIntBuffer().put(hashes);
      table.writeBytes(entry.array());
    }

    /** How long the table gets by one more entry. */
    public int sizeWith(int pages) {
      return table.size() + ENTRY_BYTES + pages * Integer.BYTES;
    }

    /** The table; the collector is empty afterwards. */
    public byte[] take() {
      byte[] bytes = table.toByteArray();
      table.reset();
      return bytes;
    }
  }
}
