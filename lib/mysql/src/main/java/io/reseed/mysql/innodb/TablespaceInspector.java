package io.reseed.mysql.innodb;

import static io.reseed.mysql.innodb.PageHeader.unsigned;

import io.reseed.mysql.innodb.PageFault.Kind;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/**
 * Checks the pages of one file of a cleanly stopped server, in any order and by several threads at
 * once: checksum, LSN at both ends, page number, space id. Reports nothing about what cannot be
 * known: an encrypted page's checksum is of what was encrypted, so only its number and space are
 * checked.
 */
public final class TablespaceInspector {
  private static final Pattern TABLESPACE =
      Pattern.compile(".+\\.(ibd|ibu)|undo_[0-9]+|ibdata[0-9]*");

  private final Path file;
  private final TablespaceShape shape;
  private final LongAdder checked = new LongAdder();

  private TablespaceInspector(Path file, TablespaceShape shape) {
    this.file = file;
    this.shape = shape;
  }

  /**
   * Whether InnoDB keeps pages in a file of that name: tables, general and undo tablespaces, and
   * the system tablespace's files under their usual names.
   */
  public static boolean isTablespace(Path file) {
    return TABLESPACE.matcher(String.valueOf(file.getFileName())).matches();
  }

  /**
   * Reads the file's first page, which says how the others look.
   *
   * @throws UncheckedIOException when it cannot be read
   */
  public static TablespaceInspector open(Path file) {
    return new TablespaceInspector(file, TablespaceShape.read(file));
  }

  /**
   * Inspects a tablespace that lies elsewhere: its first page is read now, and later none.
   *
   * @param name for messages, and to tell the system tablespace and tables apart
   * @throws UncheckedIOException when it cannot be read
   */
  public static TablespaceInspector open(Path name, TablespaceBytes bytes) {
    return new TablespaceInspector(name, TablespaceShape.read(name, bytes));
  }

  /** What is wrong with the file's first page, without which nothing is known about the others. */
  public Optional<PageFault> firstPageFault() {
    return shape.fault();
  }

  /** How long a page is in the file. */
  public int pageBytes() {
    return shape.header().pageBytes();
  }

  /**
   * Checks the pages in a piece of the file; leaves the buffer as it is. A fault of the first page
   * is found in every piece, since nothing else can be told without it.
   *
   * @param offset of the piece in the file, a multiple of 64 KiB
   * @param bytes a multiple of 64 KiB long, or up to the file's end
   * @return the first fault in it
   */
  public Optional<PageFault> inspect(long offset, ByteBuffer bytes) {
    if (offset % PageHeader.PAGE_BYTES_MAX != 0) {
      throw new IllegalArgumentException("a piece of %s at %d".formatted(file, offset));
    }
    return inspectPages(offset, bytes);
  }

  /**
   * Inspects a piece that begins at any page.
   *
   * @param offset of the piece in the file, a multiple of {@link #pageBytes}
   */
  public Optional<PageFault> inspectPages(long offset, ByteBuffer bytes) {
    if (shape.fault().isPresent()) {
      return shape.fault();
    }
    int pageBytes = shape.header().pageBytes();
    long first = offset / pageBytes;
    int count = bytes.remaining() / pageBytes;
    for (int i = 0; i < count; i++) {
      ByteBuffer page = bytes.slice(bytes.position() + i * pageBytes, pageBytes);
      Optional<PageFault> fault = inspectPage(first + i, page);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  /** How many pages were checked so far; empty ones are not counted. */
  public long pagesChecked() {
    return checked.sum();
  }

  private Optional<PageFault> inspectPage(long index, ByteBuffer page) {
    if (PageHeader.isEmpty(page) || shape.isForeign(index)) {
      return Optional.empty();
    }
    Optional<PageFault> fault =
        PageContent.fault(page, shape.header())
            .map(kind -> new PageFault(file, index, kind, TablespaceShape.words(file, index, kind)))
            .or(() -> misplaced(index, page));
    if (fault.isEmpty()) {
      checked.increment();
    }
    return fault;
  }

  private Optional<PageFault> misplaced(long index, ByteBuffer page) {
    long number = unsigned(page, PageHeader.PAGE_NUMBER);
    long expected = shape.pageNumber(index, number);
    if (number != expected) {
      return fault(index, Kind.PAGE_NUMBER, "says that it is page " + number + " of its space");
    }
    long space = unsigned(page, PageHeader.SPACE_ID);
    if (space != shape.header().spaceId()) {
      return fault(
          index,
          Kind.SPACE_ID,
          "is of space %d in a file of space %d".formatted(space, shape.header().spaceId()));
    }
    return Optional.empty();
  }

  private Optional<PageFault> fault(long index, Kind kind, String what) {
    return Optional.of(
        new PageFault(file, index, kind, "page %d of %s %s".formatted(index, file, what)));
  }
}
