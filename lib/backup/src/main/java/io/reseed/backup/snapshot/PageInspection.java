package io.reseed.backup.snapshot;

import io.reseed.backup.format.RootedPath;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.mysql.innodb.PageFault;
import io.reseed.mysql.innodb.TablespaceInspector;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks every InnoDB page that a snapshot reads: checksum, page number, space id. The first bad
 * one ends the snapshot with PAGE_CORRUPT. For one snapshot, whose extents must be multiples of 64
 * KiB, the longest page.
 */
public final class PageInspection implements ReadInspection {
  private final Map<RootedPath, TablespaceInspector> inspectors = new ConcurrentHashMap<>();

  /**
   * How much was checked.
   *
   * @param pages with content
   * @param files that they lie in
   */
  public record Count(long pages, long files) {}

  @Override
  public void inspect(RootedPath path, Path file, long offset, ByteBuffer bytes) {
    if (TablespaceInspector.isTablespace(file)) {
      inspector(path, file)
          .inspect(offset, bytes)
          .ifPresent(
              fault -> {
                throw corrupt(path, fault);
              });
    }
  }

  /** What was checked so far. */
  public Count checked() {
    long pages = 0;
    for (TablespaceInspector inspector : inspectors.values()) {
      pages += inspector.pagesChecked();
    }
    return new Count(pages, inspectors.size());
  }

  private TablespaceInspector inspector(RootedPath path, Path file) {
    try {
      return inspectors.computeIfAbsent(path, _ -> TablespaceInspector.open(file));
    } catch (UncheckedIOException e) {
      throw SnapshotSource.unreadable("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private static FailureException corrupt(RootedPath path, PageFault fault) {
    return new FailureException(
        FailureCode.PAGE_CORRUPT,
        "%s has a bad page (%s): %s".formatted(path, fault.kind(), fault.message()),
        "Do not use the backup that this server was restored from; if the page was sound there,"
            + " check this host's disk and memory.");
  }
}
