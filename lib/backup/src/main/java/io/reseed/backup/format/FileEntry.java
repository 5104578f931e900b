package io.reseed.backup.format;

import java.util.List;

/**
 * One file of a backup.
 *
 * @param path below its named root
 * @param sizeBytes sum of its extents' raw bytes
 * @param mode POSIX permission bits, e.g. {@code 0640}
 * @param extents from the file's beginning to its end; empty for an empty file
 */
public record FileEntry(RootedPath path, long sizeBytes, int mode, List<Extent> extents) {
  /** Copies the list. */
  public FileEntry {
    extents = List.copyOf(extents);
  }
}
