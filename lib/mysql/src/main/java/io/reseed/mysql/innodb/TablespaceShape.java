package io.reseed.mysql.innodb;

import static io.reseed.mysql.innodb.PageHeader.unsigned;

import io.reseed.mysql.innodb.PageFault.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** How one file's pages look and are numbered, from the few of them that say so. */
final class TablespaceShape {
  private static final long UNKNOWN = -1;
  private static final int SYSTEM_HEADER_PAGE = 5;
  private static final int DOUBLEWRITE_FROM_END = 200;
  private static final int DOUBLEWRITE_MAGIC_AT = 10;
  private static final int DOUBLEWRITE_MAGIC = 536_853_855;
  private static final int EXTENT_BYTES = 1 << 20;
  private static final int EXTENT_PAGES_MIN = 64;

  private final TablespaceHeader header;
  private final Optional<PageFault> fault;
  private final AtomicLong firstNumber;
  private final long[] doublewrite;

  private TablespaceShape(
      TablespaceHeader header, Optional<PageFault> fault, long firstNumber, long[] doublewrite) {
    this.header = header;
    this.fault = fault;
    this.firstNumber = new AtomicLong(firstNumber);
    this.doublewrite = doublewrite;
  }

  static TablespaceShape read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(file, new FileBytes(channel));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }

  private record FileBytes(FileChannel channel) implements TablespaceBytes {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public ByteBuffer read(long position, int count) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(count);
      while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) > 0) {
        // goes on until it is full or the file ends
      }
      return buffer.flip();
    }
  }

  static TablespaceShape read(Path file, TablespaceBytes bytes) {
    boolean system = isOfSystem(String.valueOf(file.getFileName()));
    try {
      ByteBuffer first = bytes.read(0, PageHeader.PAGE_BYTES_MAX);
      if (first.limit() < PageHeader.PAGE_BYTES_MIN) {
        return faulty(file, Kind.FILE, file + " is too short for a tablespace");
      }
      if (system && !isFirstOfSystem(file, first)) {
        return laterSystemFile(bytes);
      }
      return PageHeader.isEmpty(first.slice(0, PageHeader.PAGE_BYTES_MIN))
          ? faulty(file, Kind.FILE, "page 0 of " + file + " is empty")
          : withHeader(file, bytes, first, system);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }

  /** A table may be called so, too, and is a file by itself then. */
  private static boolean isOfSystem(String fileName) {
    return fileName.startsWith("ibdata") && !fileName.endsWith(".ibd");
  }

  private static TablespaceShape withHeader(
      Path file, TablespaceBytes bytes, ByteBuffer first, boolean system) throws IOException {
    TablespaceHeader header = TablespaceHeader.parse(file, first);
    Optional<Kind> kind =
        header.isPossible() && header.pageBytes() <= first.limit()
            ? PageContent.fault(first.slice(0, header.pageBytes()), header)
            : Optional.of(Kind.CHECKSUM);
    if (kind.isPresent()) {
      return faulty(file, kind.get(), words(file, 0, kind.get()));
    }
    long pages = bytes.size() / header.pageBytes();
    if (!system && header.pages() > pages) {
      return faulty(
          file,
          Kind.FILE,
          "%s ends after %d of its %d pages".formatted(file, pages, header.pages()));
    }
    long[] doublewrite = system ? doublewrite(bytes, header.pageBytes()) : new long[0];
    return new TablespaceShape(header, Optional.empty(), 0, doublewrite);
  }

  /** Whether it is the file that holds the system tablespace's own header, or should. */
  private static boolean isFirstOfSystem(Path file, ByteBuffer first) {
    return PageHeader.type(first) == PageHeader.TYPE_TABLESPACE || file.endsWith("ibdata1");
  }

  /**
   * A later file of the system tablespace has no header: the size of its pages is the one with
   * which they are whole, and its numbers go on where the file before ended.
   */
  private static TablespaceShape laterSystemFile(TablespaceBytes bytes) throws IOException {
    long size = bytes.size();
    for (long at = 0; at < size; at += PageHeader.PAGE_BYTES_MAX) {
      ByteBuffer piece = bytes.read(at, PageHeader.PAGE_BYTES_MAX);
      if (!PageHeader.isEmpty(piece)) {
        return laterSystemFile(assumed(piece));
      }
    }
    return laterSystemFile(TablespaceHeader.assumed());
  }

  private static TablespaceShape laterSystemFile(TablespaceHeader header) {
    return new TablespaceShape(header, Optional.empty(), UNKNOWN, new long[0]);
  }

  private static TablespaceHeader assumed(ByteBuffer piece) {
    for (int size = 4 << 10; size <= piece.limit(); size <<= 1) {
      TablespaceHeader header = TablespaceHeader.assumed(size);
      boolean whole = true;
      for (int at = 0; at + size <= piece.limit(); at += size) {
        ByteBuffer page = piece.slice(at, size);
        whole &= PageHeader.isEmpty(page) || PageContent.fault(page, header).isEmpty();
      }
      if (whole) {
        return header;
      }
    }
    return TablespaceHeader.assumed();
  }

  private static TablespaceShape faulty(Path file, Kind kind, String message) {
    return new TablespaceShape(
        TablespaceHeader.assumed(),
        Optional.of(new PageFault(file, 0, kind, message)),
        0,
        new long[0]);
  }

  /**
   * The places that releases before 8.0.20 used for the doublewrite buffer, which upgraded servers
   * still have: copies of other pages lie there.
   */
  private static long[] doublewrite(TablespaceBytes bytes, int pageBytes) throws IOException {
    ByteBuffer page = bytes.read((long) SYSTEM_HEADER_PAGE * pageBytes, pageBytes);
    int entry = pageBytes - DOUBLEWRITE_FROM_END + DOUBLEWRITE_MAGIC_AT;
    if (page.limit() < pageBytes || page.getInt(entry) != DOUBLEWRITE_MAGIC) {
      return new long[0];
    }
    return new long[] {
      unsigned(page, entry + Integer.BYTES), unsigned(page, entry + 2 * Integer.BYTES)
    };
  }

  TablespaceHeader header() {
    return header;
  }

  /** What is wrong with the first page or the whole file. */
  Optional<PageFault> fault() {
    return fault;
  }

  /** Whether a page at that place may be of anywhere. */
  boolean isForeign(long index) {
    long extent = Math.max(EXTENT_PAGES_MIN, EXTENT_BYTES / header.pageBytes());
    for (long begin : doublewrite) {
      if (index >= begin && index < begin + extent) {
        return true;
      }
    }
    return false;
  }

  /**
   * Which number a page at that place must have. Where the file's first number is not known, the
   * first page seen says it for all others.
   */
  long pageNumber(long index, long found) {
    firstNumber.compareAndSet(UNKNOWN, found - index);
    return firstNumber.get() + index;
  }

  static String words(Path file, long index, Kind kind) {
    String what =
        kind == Kind.TORN
            ? "begins and ends with different log positions"
            : "does not have the content that its checksum was made of";
    return "page %d of %s %s".formatted(index, file, what);
  }
}
