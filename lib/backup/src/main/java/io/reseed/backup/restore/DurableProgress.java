package io.reseed.backup.restore;

import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.atomic.LongAdder;

/**
 * Turns written extents into durable ones, a batch at a time: first the files, then the journal.
 * Safe for many threads; one of them makes a batch durable while the others go on.
 */
final class DurableProgress {
  private final TargetFolders target;
  private final RestoreJournal journal;
  private final long batchBytes;
  private final LongAdder bytesWritten = new LongAdder();
  private final Object journalLock = new Object();
  private Batch batch = new Batch();

  DurableProgress(TargetFolders target, RestoreJournal journal, long batchBytes) {
    this.target = target;
    this.journal = journal;
    this.batchBytes = batchBytes;
  }

  private static final class Batch {
    private final BitSet extents = new BitSet();
    private final BitSet files = new BitSet();
    private long bytes;
  }

  /** Takes note of an extent whose bytes are in the file; may make a batch durable. */
  void written(StoredExtent extent) throws IOException {
    bytesWritten.add(extent.extent().rawBytes());
    boolean full;
    synchronized (this) {
      batch.extents.set(extent.number());
      batch.files.set(extent.fileIndex());
      batch.bytes += extent.extent().rawBytes();
      full = batch.bytes >= batchBytes;
    }
    if (full) {
      makeDurable();
    }
  }

  /** Makes everything written so far durable. */
  void makeDurable() throws IOException {
    synchronized (journalLock) {
      Batch taken = take();
      for (int file = taken.files.nextSetBit(0); file >= 0; ) {
        target.sync(file);
        file = taken.files.nextSetBit(file + 1);
      }
      journal.recordDone(taken.extents);
    }
  }

  long bytesWritten() {
    return bytesWritten.sum();
  }

  private synchronized Batch take() {
    Batch taken = batch;
    batch = new Batch();
    return taken;
  }
}
