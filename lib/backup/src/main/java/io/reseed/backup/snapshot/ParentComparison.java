package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.PageHashes;
import io.reseed.backup.format.PageHashes.PageSize;
import io.reseed.backup.format.PageSet;
import io.reseed.backup.format.Sha256;
import io.reseed.mysql.innodb.PageLsn;
import io.reseed.mysql.innodb.TablespaceInspector;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Compares what a snapshot reads with what the parent has. Safe for many threads. */
final class ParentComparison {
  /** From this share of changed pages on an extent is stored whole without further thought. */
  private static final double MOST_PAGES = 0.9;

  private final ParentExtents extents;
  private final ParentPages pages;
  private final PageSize pageSize;
  private final long lsnMax;
  private final int zeroHash;

  /**
   * Compares with the parent.
   *
   * @param lsnMax no page of the parent has a higher LSN; 0 when that is not known
   */
  ParentComparison(ParentExtents extents, ParentPages pages, PageSize pageSize, long lsnMax) {
    this.extents = extents;
    this.pages = pages;
    this.pageSize = pageSize;
    this.lsnMax = lsnMax;
    this.zeroHash = PageHashes.of(new byte[pageSize.bytes()], 0, pageSize.bytes());
  }

  /** What an extent is to the parent. */
  sealed interface Finding {}

  /** The parent has exactly these bytes, stored in one piece. */
  record Unchanged(Extent.Stored extent) implements Finding {}

  /** The parent has it in another form, or the same with patches. */
  record Changed(ChangedExtent extent) implements Finding {}

  /** Nothing of it can be referred to. */
  record New(Sha256 sha256) implements Finding {}

  /** Compares the bytes that were read for a task. They are not all zero. */
  Finding compare(ExtentQueue.Task task, byte[] raw, SizeEstimate sizes) {
    Sha256 sha256 = Sha256.of(ByteBuffer.wrap(raw, 0, task.rawBytes()));
    Extent before = extents.at(task.file().path(), task.offset());
    Extent same = sameAs(before, sha256, task.rawBytes());
    int count = pageSize.pagesOf(task.rawBytes());
    if (same instanceof Extent.Stored stored) {
      return new Unchanged(stored);
    }
    if (same instanceof Extent.Patched patched) {
      PageSet none = PageSet.of(new BitSet());
      return new Changed(new ChangedExtent(patched, count, none, sha256, patched.wholeBytes(), 0));
    }
    int[] old = before == null ? null : pages.of(before).orElse(null);
    PageSet changed = old == null ? null : pagesChanged(old, task, raw);
    if (before == null || old == null || changed == null || changed.count() >= count * MOST_PAGES) {
      return new New(sha256);
    }
    int changedBytes = sizes.of(raw, changed);
    int wholeBytes = wholeBytes(before, old, gone(old, changed, count), changedBytes);
    return new Changed(new ChangedExtent(before, count, changed, sha256, wholeBytes, changedBytes));
  }

  /** How many pages with content are replaced or cut off. */
  private int gone(int[] old, PageSet changed, int count) {
    int gone = 0;
    for (int page = 0; page < old.length; page++) {
      gone += old[page] != zeroHash && (page >= count || changed.contains(page)) ? 1 : 0;
    }
    return gone;
  }

  /** What it took before, less what is gone of that, and what the changed pages take now. */
  private int wholeBytes(Extent before, int[] old, int gone, int changedBytes) {
    long wholeBefore =
        before instanceof Extent.Patched patched ? patched.wholeBytes() : before.storedBytes();
    // pages of zeros take next to nothing, all others are taken for equal
    long pagesBefore = Arrays.stream(old).filter(hash -> hash != zeroHash).count();
    long bytesGone = pagesBefore == 0 ? 0 : wholeBefore * gone / pagesBefore;
    return Math.toIntExact(Math.max(1, wholeBefore - bytesGone + changedBytes));
  }

  /** What was at the same place, else anywhere: a file may have got another name. */
  private @Nullable Extent sameAs(@Nullable Extent before, Sha256 sha256, int rawBytes) {
    boolean unchanged =
        before != null && before.rawBytes() == rawBytes && sha256.equals(hashOf(before));
    if (unchanged) {
      return before;
    }
    ParentExtents.Found found = extents.of(sha256, rawBytes);
    return found == null ? null : found.extent();
  }

  private static @Nullable Sha256 hashOf(Extent extent) {
    return switch (extent) {
      case Extent.Zero _ -> null;
      case Extent.Stored stored -> stored.sha256();
      case Extent.Patched patched -> patched.sha256();
    };
  }

  /** Null when that cannot be told, or cannot be expressed as a patch. */
  private @Nullable PageSet pagesChanged(int[] old, ExtentQueue.Task task, byte[] raw) {
    int pageBytes = pageSize.bytes();
    if (task.rawBytes() % pageBytes != 0) {
      return null;
    }
    boolean tablespace = lsnMax > 0 && TablespaceInspector.isTablespace(task.file().file());
    BitSet changed = new BitSet();
    for (int page = 0; page < task.rawBytes() / pageBytes; page++) {
      int from = page * pageBytes;
      // a hash of 32 bits may miss a change, and LSNs do not tell of all: together they do
      boolean written = tablespace && PageLsn.of(raw, from, task.rawBytes()) > lsnMax;
      boolean differs = page >= old.length || PageHashes.of(raw, from, pageBytes) != old[page];
      changed.set(page, written || differs);
    }
    // none: it became shorter, or a change went past every hash
    return changed.isEmpty() ? null : PageSet.of(changed);
  }
}
