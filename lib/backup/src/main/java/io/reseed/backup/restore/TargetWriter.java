package io.reseed.backup.restore;

import io.reseed.backup.work.FilePieces;
import io.reseed.backup.work.PastPageCache;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes extents into the target's files. Past the page cache where that can be and pays: nobody
 * reads the bytes there, as mysqld has a cache of its own, and pages for them cost more than the
 * writing (docs/adr/restores-go-past-the-page-cache.md). For one thread.
 */
final class TargetWriter {
  /** Of memory outside of the heap, for each writer. */
  static final int PIECE_BYTES = 1 << 20;

  /** Runs shorter than that, on the average, are better gathered by the page cache. */
  private static final int RUN_BYTES_MIN = 128 << 10;

  private final TargetFolders target;
  private final ByteBuffer piece =
      ByteBuffer.allocateDirect(PIECE_BYTES + WrittenRuns.BLOCK).alignedSlice(WrittenRuns.BLOCK);

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
      if ((offset + run.position()) % WrittenRuns.BLOCK != 0
          || run.remaining() % WrittenRuns.BLOCK != 0) {
        return false; // the end of a file
      }
      bytes += run.remaining();
    }
    return bytes / runs.size() >= RUN_BYTES_MIN;
  }

  /** False when the file system has no such way; nothing was written then. */
  private boolean direct(StoredExtent extent, List<ByteBuffer> runs, long offset)
      throws IOException {
    Optional<OpenOption> pastPageCache = PastPageCache.option();
    if (pastPageCache.isEmpty() || !target.goesPastPageCache()) {
      return false;
    }
    FileChannel opened;
    try {
      opened = target.open(extent.fileIndex(), pastPageCache.get());
    } catch (FileSystemException | UnsupportedOperationException e) {
      target.open(extent.fileIndex()).close(); // or it is about the file, and not about the way
      target.useThePageCache(e);
      return false;
    }
    try (FileChannel channel = opened) {
      for (ByteBuffer run : runs) {
        direct(channel, offset, run);
      }
    }
    return true;
  }

  private void direct(FileChannel channel, long offset, ByteBuffer run) throws IOException {
    while (run.hasRemaining()) {
      long at = offset + run.position();
      int length = Math.min(run.remaining(), piece.capacity());
      piece.clear().put(run.slice(run.position(), length)).flip();
      run.position(run.position() + length);
      while (piece.hasRemaining()) {
        at += channel.write(piece, at);
      }
    }
  }
}
