package io.reseed.backup.restore;

import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

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
  private @Nullable IOException failed;

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

  /**
   * Makes everything written so far durable.
   *
   * @throws IOException also when it failed before: the kernel tells once that it could not write a
   *     page, and calls it clean from then on, so a later fsync of the file proves nothing about
   *     what another thread had written by then (fsync(2), errseq_t). Only a run that writes all of
   *     it again may note it.
   */
  void makeDurable() throws IOException {
    synchronized (journalLock) {
      if (failed != null) {
        throw new IOException("what was written is not known to be durable: " + failed, failed);
      }
      try {
        Batch taken = take();
        for (int file = taken.files.nextSetBit(0); file >= 0; ) {
          target.sync(file);
          file = taken.files.nextSetBit(file + 1);
        }
        journal.recordDone(taken.extents);
      } catch (IOException e) {
        failed = e;
        throw e;
      }
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
