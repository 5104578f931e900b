package io.reseed.backup.restore;

import io.reseed.backup.work.FilePieces;
import io.reseed.backup.work.PastPageCache;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes extents into the target's files. Past the page cache where that can be and pays: nobody
 * reads the bytes there, as mysqld has a cache of its own, and pages for them cost more than the
 * writing (docs/adr/past-the-page-cache.md). Safe for many threads.
 */
final class TargetWriter {
  private final TargetFolders target;

  TargetWriter(TargetFolders target) {
    this.target = target;
  }

  /** Leaves holes where blocks are zero: whoever writes, writes the same into a file of holes. */
  void write(StoredExtent extent, ByteBuffer raw) throws IOException {
    List<ByteBuffer> runs = new ArrayList<>();
    new WrittenRuns(raw, extent.fileOffset()).forEach(runs::add);
    if (runs.isEmpty()) {
      return;
    }
    long offset = extent.fileOffset() - raw.position();
    if (!pays(runs, offset) || !direct(extent, runs, offset)) {
      try (FileChannel channel = target.open(extent.fileIndex())) {
        for (ByteBuffer run : runs) {
          FilePieces.write(channel, offset + run.position(), run);
        }
      }
    }
  }

  /** All of an extent goes one way: both ways within one page of the cache get into trouble. */
  private static boolean pays(List<ByteBuffer> runs, long offset) {
    long bytes = 0;
    for (ByteBuffer run : runs) {
      if (!PastPageCache.fits(offset + run.position(), run.remaining())) {
        return false; // the end of a file
      }
      bytes += run.remaining();
    }
    return bytes / runs.size() >= PastPageCache.BYTES_MIN;
  }

  /** False when the file system has no such way; nothing was written then. */
  private boolean direct(StoredExtent extent, List<ByteBuffer> runs, long offset)
      throws IOException {
    Optional<FileChannel> opened = target.openPastPageCache(extent.fileIndex());
    if (opened.isEmpty()) {
      return false;
    }
    try (FileChannel channel = opened.get()) {
      for (ByteBuffer run : runs) {
        while (run.hasRemaining()) {
          channel.write(run, offset + run.position());
        }
      }
    }
    return true;
  }
}
