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
 * @param extent what its bytes are made of
 */
record StoredExtent(int number, int fileIndex, long fileOffset, Extent extent) {

  static List<StoredExtent> of(Manifest manifest) {
    List<StoredExtent> all = new ArrayList<>();
    List<FileEntry> files = manifest.files();
    for (int fileIndex = 0; fileIndex < files.size(); fileIndex++) {
      long offset = 0;
      for (Extent extent : files.get(fileIndex).extents()) {
        if (!(extent instanceof Extent.Zero)) {
          all.add(new StoredExtent(all.size(), fileIndex, offset, extent));
        }
        offset += extent.rawBytes();
      }
    }
    return all;
  }

  /** What all of its bytes were before any patch. */
  Extent.Stored base() {
    return switch (extent) {
      case Extent.Stored stored -> stored;
      case Extent.Patched patched -> patched.base();
      case Extent.Zero _ -> throw new IllegalStateException("a zero extent has no stored bytes");
    };
  }

  List<Extent.Patch> patches() {
    return extent instanceof Extent.Patched patched ? patched.patches() : List.of();
  }
}
