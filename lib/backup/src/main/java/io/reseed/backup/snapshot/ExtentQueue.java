package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.FileEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Hands the extents of all files out in runs, so that neighbours in a file become neighbours in a
 * pack, and collects what became of them. Safe for many threads.
 */
final class ExtentQueue {
  private final List<SourceFile> files;
  private final int extentBytes;
  private final long runBytes;
  private final List<AtomicReferenceArray<@Nullable Extent>> done = new ArrayList<>();
  private int nextFile;
  private int nextExtent;

  ExtentQueue(List<SourceFile> files, SnapshotOptions options) {
    this.files = files;
    this.extentBytes = options.extentBytes();
    this.runBytes = options.packBytes();
    files.forEach(file -> done.add(new AtomicReferenceArray<>(extentsOf(file))));
  }

  /** One extent to do. */
  record Task(int fileIndex, SourceFile file, int extent, long offset, int rawBytes) {
    /** Reads it into the beginning of {@code raw}. */
    void readInto(byte[] raw) throws InterruptedException {
      file.read(offset, ByteBuffer.wrap(raw, 0, rawBytes));
    }
  }

  /** The next run, at most a pack's worth of raw bytes; empty when all are handed out. */
  synchronized List<Task> nextRun() {
    List<Task> run = new ArrayList<>();
    long taken = 0;
    while (nextFile < files.size() && taken < runBytes) {
      SourceFile file = files.get(nextFile);
      if (nextExtent >= extentsOf(file)) {
        nextFile++;
        nextExtent = 0;
        continue;
      }
      long offset = (long) nextExtent * extentBytes;
      int rawBytes = (int) Math.min(extentBytes, file.sizeBytes() - offset);
      run.add(new Task(nextFile, file, nextExtent, offset, rawBytes));
      taken += rawBytes;
      nextExtent++;
    }
    return run;
  }

  void done(Task task, Extent extent) {
    done.get(task.fileIndex()).set(task.extent(), extent);
  }

  /** Takes back what became of a task, if it was done. */
  void undo(Task task) {
    done.get(task.fileIndex()).set(task.extent(), null);
  }

  /** What a restore reads for all tasks that are done. */
  long storedBytesDone() {
    long bytes = 0;
    for (AtomicReferenceArray<@Nullable Extent> extents : done) {
      for (int i = 0; i < extents.length(); i++) {
        @Nullable Extent extent = extents.get(i);
        bytes += extent == null ? 0 : extent.storedBytes();
      }
    }
    return bytes;
  }

  /** All files with their extents; only once every task is done. */
  List<FileEntry> entries() {
    List<FileEntry> entries = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      SourceFile file = files.get(i);
      entries.add(new FileEntry(file.path(), file.sizeBytes(), file.mode(), merged(done.get(i))));
    }
    return entries;
  }

  private static List<Extent> merged(AtomicReferenceArray<@Nullable Extent> extents) {
    List<Extent> merged = new ArrayList<>();
    for (int i = 0; i < extents.length(); i++) {
      @Nullable Extent extent = extents.get(i);
      if (extent == null) {
        throw new IllegalStateException("extent " + i + " was handed out and never done");
      }
      boolean joins =
          extent instanceof Extent.Zero
              && !merged.isEmpty()
              && merged.getLast() instanceof Extent.Zero;
      if (joins) {
        merged.add(new Extent.Zero(merged.removeLast().rawBytes() + extent.rawBytes()));
      } else {
        merged.add(extent);
      }
    }
    return merged;
  }

  private int extentsOf(SourceFile file) {
    return Math.toIntExact(Math.ceilDiv(file.sizeBytes(), extentBytes));
  }
}
