package io.reseed.backup.verify;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.PageSet;
import io.reseed.backup.format.Sha256;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An extent, base or patch as it is stored: read once, whatever refers to it. */
final class Part {
  private final StoredAt at;
  private final Content content;
  private final OpenedBackup backup;
  private final List<Use> uses = new ArrayList<>(1);

  Part(StoredAt at, Content content, OpenedBackup backup) {
    this.at = at;
    this.content = content;
    this.backup = backup;
  }

  /** What must come out of a place. */
  record Content(Extent.Place place, int rawBytes, Sha256 sha256) {
    static Content of(Extent.Stored stored) {
      return new Content(stored.place(), (int) stored.rawBytes(), stored.sha256());
    }

    static Content of(Extent.Patched patched, Extent.Patch patch) {
      int rawBytes = patch.pages().count() * patched.pageBytes();
      return new Content(patch.place(), rawBytes, patch.sha256());
    }
  }

  /**
   * Which pages of it count in a file.
   *
   * @param fileOffset where its extent begins there
   * @param pageBytes the unit of patching; 0 where nothing is patched
   * @param pages what a patch has; null where all of the extent's follow one another
   * @param counting of the extent's pages, those that no patch replaces; null for all bytes
   */
  record Use(
      CheckedFile file,
      long fileOffset,
      int pageBytes,
      @Nullable PageSet pages,
      @Nullable BitSet counting) {

    /** Without what is looked at for another use anyway; null when nothing is left. */
    @Nullable Use without(Use known) {
      if (known.counting == null) {
        return null;
      }
      if (counting == null) {
        return this;
      }
      BitSet rest = (BitSet) counting.clone();
      rest.andNot(known.counting);
      return rest.isEmpty() ? null : new Use(file, fileOffset, pageBytes, pages, rest);
    }
  }

  /** Notes another use, as far as it asks for more. */
  void use(Use wanted) {
    @Nullable Use rest = wanted;
    for (Use known : uses) {
      rest = rest == null ? null : rest.without(known);
    }
    if (rest != null) {
      uses.add(rest);
    }
  }

  StoredAt at() {
    return at;
  }

  Content content() {
    return content;
  }

  /** One of those that it belongs to, whose keys open it. */
  OpenedBackup backup() {
    return backup;
  }

  List<Use> uses() {
    return uses;
  }
}
