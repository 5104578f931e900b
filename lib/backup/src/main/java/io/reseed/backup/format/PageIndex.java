package io.reseed.backup.format;

import java.util.List;

/**
 * What lets the next writer find the pages that changed. No reader of a backup needs it.
 *
 * @param lsnMax the highest page LSN in the backup's tablespaces; 0 when not known
 * @param hashes where the tables of page hashes are, at most one of each pack
 */
public record PageIndex(long lsnMax, List<HashTable> hashes) {
  /** Nothing is known. */
  public static final PageIndex NONE = new PageIndex(0, List.of());

  /** Copies the list. */
  public PageIndex {
    hashes = List.copyOf(hashes);
  }

  /**
   * One pack's table of page hashes, see {@link PageHashes}.
   *
   * @param pack index into {@link Manifest#packs()}
   * @param packOffset where it begins
   * @param storedBytes how long it is
   * @param sha256 of these bytes
   */
  public record HashTable(int pack, long packOffset, int storedBytes, Sha256 sha256) {}
}
