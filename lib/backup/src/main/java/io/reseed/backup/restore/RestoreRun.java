package io.reseed.backup.restore;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.work.TargetFailures;
import io.reseed.backup.work.Workers;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** One run over what is left of a restore. */
final class RestoreRun {
  private final PackReads packs;
  private final RestoreOptions options;
  private final Manifest manifest;
  private final TargetFolders target;
  private final TargetWriter writer;
  private final RestoreJournal journal;
  private final DurableProgress durable;
  private final LongAdder bytesTransferred = new LongAdder();
  private final LongAdder extentsReadAgain = new LongAdder();
  private final AtomicInteger nextRead = new AtomicInteger();

  RestoreRun(
      PackReads packs, RestoreOptions options, TargetFolders target, RestoreJournal journal) {
    this.packs = packs;
    this.options = options;
    this.manifest = target.manifest();
    this.target = target;
    this.writer = new TargetWriter(target);
    this.journal = journal;
    this.durable = new DurableProgress(target, journal, options.batchBytes());
  }

  RestoreResult run(JobMonitor monitor) throws IOException {
    BitSet done = journal.done();
    List<StoredExtent> all = StoredExtent.of(manifest);
    BitSet begun = new BitSet();
    all.stream()
        .filter(extent -> done.get(extent.number()))
        .forEach(extent -> begun.set(extent.fileIndex()));
    target.prepare(begun);
    List<StoredExtent> left = all.stream().filter(extent -> !done.get(extent.number())).toList();
    if (done.isEmpty()) {
      target.checkRoom(left);
    }
    fetch(left, monitor);
    target.finish();
    journal.recordFinished();
    return new RestoreResult(
        manifest,
        manifest.rawBytes(),
        rawBytes(all) - rawBytes(left),
        bytesTransferred.sum(),
        extentsReadAgain.sum());
  }

  private void fetch(List<StoredExtent> left, JobMonitor monitor) throws IOException {
    List<RangeRead> reads = RangeRead.plan(left, options.readBytesMax());
    int rawBytesMax = rawBytesMax(reads);
    int threads = threads(reads, rawBytesMax);
    long total = manifest.rawBytes();
    long doneBefore = total - rawBytes(left);
    try {
      Workers.run(
          Collections.nCopies(threads, () -> work(reads, rawBytesMax)),
          monitor,
          () -> new Progress(doneBefore + durable.bytesWritten(), total, bytesTransferred.sum()));
    } catch (FailureException e) {
      keepWhatWasDone(e);
      throw e;
    }
    durable.makeDurable();
  }

  /** As many as there is work and memory for. */
  private int threads(List<RangeRead> reads, int rawBytesMax) {
    long readBytes = reads.stream().mapToLong(RangeRead::storedBytes).max().orElse(1);
    // what is read; of one extent the raw bytes, a patch, and what was encrypted
    long threadBytes = readBytes + 3L * rawBytesMax;
    int parallelism = Math.clamp(options.memoryBytesMax() / threadBytes, 1, 256);
    return Math.clamp(reads.size(), 1, Math.min(parallelism, options.parallelism()));
  }

  /** Of the longest extent or base. */
  private static int rawBytesMax(List<RangeRead> reads) {
    return (int)
        reads.stream()
            .flatMap(read -> read.extents().stream())
            .mapToLong(extent -> Math.max(extent.extent().rawBytes(), extent.base().rawBytes()))
            .max()
            .orElse(1);
  }

  private void keepWhatWasDone(FailureException failure) {
    try {
      durable.makeDurable();
    } catch (IOException e) {
      // the next run reads these extents again
      failure.addSuppressed(e);
    }
  }

  private void work(List<RangeRead> reads, int rawBytesMax) throws InterruptedException {
    try (ExtentReader reader = new ExtentReader(packs, manifest, bytesTransferred, rawBytesMax)) {
      for (int i = nextRead.getAndIncrement(); i < reads.size(); i = nextRead.getAndIncrement()) {
        RangeRead read = reads.get(i);
        reader.fetch(read);
        for (StoredExtent extent : read.extents()) {
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
          write(extent, reader.extent(read, extent));
        }
      }
      extentsReadAgain.add(reader.extentsReadAgain());
    }
  }

  private void write(StoredExtent extent, ByteBuffer raw) {
    try {
      writer.write(extent, raw);
      durable.written(extent);
    } catch (IOException e) {
      throw TargetFailures.translated(
          e, manifest.files().get(extent.fileIndex()).path(), target.folders());
    }
  }

  private static long rawBytes(List<StoredExtent> extents) {
    return extents.stream().mapToLong(extent -> extent.extent().rawBytes()).sum();
  }
}
