package io.reseed.backup.restore;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.FileEntry;
import io.reseed.backup.format.Manifest;
import java.util.ArrayList;
import java.util.List;

/**
 * One extent with bytes, and where they go.
 *
 * @param number counts the stored extents of a manifest in its order; the journal speaks of these
 * @param fileIndex into the manifest's files
 * @param fileOffset where the extent begins in its file
 * @param extent where its bytes come from
 */
record StoredExtent(int number, int fileIndex, long fileOffset, Extent.Stored extent) {

  static List<StoredExtent> of(Manifest manifest) {
    List<StoredExtent> all = new ArrayList<>();
    List<FileEntry> files = manifest.files();
    for (int fileIndex = 0; fileIndex < files.size(); fileIndex++) {
      long offset = 0;
      for (Extent extent : files.get(fileIndex).extents()) {
        if (extent instanceof Extent.Stored stored) {
          all.add(new StoredExtent(all.size(), fileIndex, offset, stored));
        }
        offset += extent.rawBytes();
      }
    }
    return all;
  }

  long packEnd() {
    return extent.packOffset() + extent.storedBytes();
  }
}
