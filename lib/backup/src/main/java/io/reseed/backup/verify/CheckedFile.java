package io.reseed.backup.verify;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.FileEntry;
import io.reseed.backup.format.RootedPath;
import io.reseed.mysql.innodb.PageFault;
import io.reseed.mysql.innodb.TablespaceInspector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A file of a backup, and how its pages look, which its first ones say. */
final class CheckedFile {
  private final OpenedBackup backup;
  private final RootedPath path;
  private final long sizeBytes;
  private final List<Extent> head;
  private final ReentrantLock looking = new ReentrantLock();
  private boolean looked;
  private @Nullable TablespaceInspector inspector;

  private CheckedFile(OpenedBackup backup, RootedPath path, long sizeBytes, List<Extent> head) {
    this.backup = backup;
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.head = head;
  }

  static CheckedFile of(OpenedBackup backup, FileEntry entry) {
    List<Extent> head =
        TablespaceInspector.isTablespace(name(entry.path())) ? head(entry) : List.of();
    return new CheckedFile(backup, entry.path(), entry.sizeBytes(), head);
  }

  /** Nothing else of the file's extents is kept, except of the few files that say it elsewhere. */
  private static List<Extent> head(FileEntry entry) {
    if (isSystem(entry.path())) {
      return entry.extents();
    }
    List<Extent> head = new ArrayList<>();
    long bytes = 0;
    boolean stored = false;
    for (Extent extent : entry.extents()) {
      if (bytes >= TablespaceHead.BYTES && stored) {
        break;
      }
      head.add(extent);
      bytes += extent.rawBytes();
      stored |= !(extent instanceof Extent.Zero);
    }
    return List.copyOf(head);
  }

  private static boolean isSystem(RootedPath path) {
    return String.valueOf(name(path).getFileName()).startsWith("ibdata");
  }

  /** Fit for any platform's paths; the backup's own name is kept beside. */
  private static Path name(RootedPath path) {
    return Path.of(path.path().replaceAll("[^\\x20-\\x7e]", "?"));
  }

  OpenedBackup backup() {
    return backup;
  }

  RootedPath path() {
    return path;
  }

  /**
   * What checks its pages; null where none can be checked: it is no tablespace, or its beginning is
   * bad, which is noted as a finding then.
   *
   * @param heads reads its beginning
   * @param beginning the file's first bytes, where they are at hand
   */
  @Nullable TablespaceInspector inspector(
      PartReader heads, @Nullable ByteBuffer beginning, Findings findings) {
    if (head.isEmpty()) {
      return null;
    }
    looking.lock();
    try {
      if (!looked) {
        inspector = look(heads, beginning, findings);
        looked = true;
      }
      return inspector;
    } finally {
      looking.unlock();
    }
  }

  private @Nullable TablespaceInspector look(
      PartReader heads, @Nullable ByteBuffer beginning, Findings findings) {
    ByteBuffer enough = beginning;
    if (enough != null && enough.remaining() < (isSystem(path) ? sizeBytes : headBytes())) {
      enough = null;
    }
    try {
      TablespaceHead bytes = new TablespaceHead(backup, sizeBytes, head, heads, enough);
      TablespaceInspector opened = TablespaceInspector.open(name(path), bytes);
      PageFault fault = opened.firstPageFault().orElse(null);
      if (fault != null) {
        findings.badPage(backup, firstPlace(), fault);
        return null;
      }
      findings.inspects(opened);
      return opened;
    } catch (UncheckedIOException e) {
      IOException read = e.getCause();
      if (read != null && read.getCause() instanceof BadPart bad) {
        findings.bad(bad);
        return null;
      }
      throw new IllegalStateException("nothing else is read from " + path, e);
    }
  }

  private long headBytes() {
    return Math.min(sizeBytes, TablespaceHead.BYTES);
  }

  private Extent.Place firstPlace() {
    for (Extent extent : head) {
      switch (extent) {
        case Extent.Zero _ -> {}
        case Extent.Stored stored -> {
          return stored.place();
        }
        case Extent.Patched patched -> {
          return placeOf(patched, 0);
        }
      }
    }
    throw new IllegalStateException("only files with stored bytes are looked at: " + path);
  }

  /** Where the content of an extent's page was stored last. */
  static Extent.Place placeOf(Extent.Patched extent, int page) {
    for (Extent.Patch patch : extent.patches().reversed()) {
      if (patch.pages().contains(page)) {
        return patch.place();
      }
    }
    return extent.base().place();
  }
}
