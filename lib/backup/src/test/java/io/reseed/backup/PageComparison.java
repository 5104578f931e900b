package io.reseed.backup;

import com.github.luben.zstd.Zstd;
import io.reseed.backup.format.RootedPath;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.mysql.innodb.PageLsn;
import io.reseed.mysql.innodb.TablespaceInspector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/** What changed between two states of a server's files, found byte by byte. */
public final class PageComparison {
  private static final int PAGE_BYTES = 16 << 10;

  private long changed;
  private long changedBehindLsn;
  private long unchangedAboveLsn;
  private long compressedAlone;

  private PageComparison() {}

  /**
   * Compares.
   *
   * @param before a folder with the files of then
   * @param lsnMax their highest page LSN
   * @param after the files of now
   * @param names which files were called otherwise then: the name of now, and that of then
   */
  public static PageComparison of(
      Path before, long lsnMax, SnapshotSource after, Map<String, String> names)
      throws IOException {
    PageComparison comparison = new PageComparison();
    for (RootedPath path : after.files()) {
      Path root = Objects.requireNonNull(after.roots().get(path.root()));
      byte[] now = Files.readAllBytes(path.below(root));
      Path old = before.resolve(names.getOrDefault(path.path(), path.path()));
      byte[] then = Files.exists(old) ? Files.readAllBytes(old) : new byte[0];
      boolean tablespace = TablespaceInspector.isTablespace(path.below(root));
      comparison.compare(then, now, tablespace ? lsnMax : Long.MAX_VALUE);
    }
    return comparison;
  }

  private void compare(byte[] then, byte[] now, long lsnMax) {
    for (int at = 0; at < now.length; at += PAGE_BYTES) {
      int end = Math.min(at + PAGE_BYTES, now.length);
      boolean same = end <= then.length && Arrays.equals(then, at, end, now, at, end);
      boolean above = PageLsn.of(now, at, now.length) > lsnMax;
      byte[] page = Arrays.copyOfRange(now, at, end);
      if (!same) {
        changed++;
        changedBehindLsn += above || lsnMax == Long.MAX_VALUE ? 0 : 1;
        compressedAlone += isZero(page) ? 0 : Math.min(page.length, Zstd.compress(page, 1).length);
      } else if (above) {
        unchangedAboveLsn++;
      }
    }
  }

  private static boolean isZero(byte[] page) {
    return page[0] == 0 && Arrays.equals(page, 0, page.length - 1, page, 1, page.length);
  }

  /** Pages that differ. */
  public long changed() {
    return changed;
  }

  /** Pages of tablespaces that differ although their LSN is not above the highest of then. */
  public long changedBehindLsn() {
    return changedBehindLsn;
  }

  /** Pages of tablespaces that are the same although their LSN is above. */
  public long unchangedAboveLsn() {
    return unchangedAboveLsn;
  }

  /** What the pages that differ take when each is compressed by itself. */
  public long compressedAlone() {
    return compressedAlone;
  }
}
