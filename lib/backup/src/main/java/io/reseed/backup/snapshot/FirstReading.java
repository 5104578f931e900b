package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.PageHashes.PageSize;
import io.reseed.backup.format.Sha256;
import io.reseed.mysql.innodb.PageLsn;
import io.reseed.mysql.innodb.TablespaceInspector;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads every byte once. What the parent has as it is, is referred to; what it does not have is
 * stored at once; about the rest it is decided when all of it is known. Safe for many threads.
 */
final class FirstReading {
  private final ExtentQueue queue;
  private final PageSize pageSize;
  private final ReadInspection inspection;
  private final @Nullable ParentComparison parent;
  private final Collection<Undecided> undecided = new ConcurrentLinkedQueue<>();
  private final LongAccumulator lsnMax = new LongAccumulator(Math::max, 0);
  private final LongAdder bytesDone = new LongAdder();

  FirstReading(
      ExtentQueue queue,
      PageSize pageSize,
      ReadInspection inspection,
      @Nullable ParentComparison parent) {
    this.queue = queue;
    this.pageSize = pageSize;
    this.inspection = inspection;
    this.parent = parent;
  }

  /** An extent that the parent has in another form. */
  record Undecided(ExtentQueue.Task task, ChangedExtent extent) {}

  /** One thread's part. */
  void work(PackBuilder builder, byte[] raw) throws InterruptedException {
    if (parent == null) {
      work(task -> storeWhole(task, raw, builder), raw);
    } else {
      ParentComparison known = parent;
      try (SizeEstimate sizes = new SizeEstimate(builder.options(), pageSize.bytes())) {
        work(task -> take(task, raw, builder, known.compare(task, raw, sizes)), raw);
      }
    }
    builder.flush();
  }

  private void work(Consumer<ExtentQueue.Task> taking, byte[] raw) throws InterruptedException {
    for (List<ExtentQueue.Task> run = queue.nextRun(); !run.isEmpty(); run = queue.nextRun()) {
      for (ExtentQueue.Task task : run) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        task.readInto(raw);
        inspect(task, raw);
        if (isZero(raw, task.rawBytes())) {
          queue.done(task, new Extent.Zero(task.rawBytes()));
        } else {
          taking.accept(task);
        }
        bytesDone.add(task.rawBytes());
      }
    }
  }

  private void storeWhole(ExtentQueue.Task task, byte[] raw, PackBuilder builder) {
    Sha256 sha256 = Sha256.of(ByteBuffer.wrap(raw, 0, task.rawBytes()));
    queue.done(task, builder.addWhole(raw, task.rawBytes(), sha256));
  }

  private void take(
      ExtentQueue.Task task, byte[] raw, PackBuilder builder, ParentComparison.Finding finding) {
    switch (finding) {
      case ParentComparison.Unchanged unchanged -> queue.done(task, unchanged.extent());
      case ParentComparison.New found ->
          queue.done(task, builder.addWhole(raw, task.rawBytes(), found.sha256()));
      case ParentComparison.Changed changed -> undecided.add(new Undecided(task, changed.extent()));
    }
  }

  /** Those of which there is a choice. */
  List<Undecided> undecided() {
    return inOrder(undecided);
  }

  /** In the order in which they lie in their files, so that neighbours stay neighbours. */
  static List<Undecided> inOrder(Collection<Undecided> extents) {
    return extents.stream()
        .sorted(
            Comparator.comparingInt((Undecided each) -> each.task().fileIndex())
                .thenComparingInt(each -> each.task().extent()))
        .toList();
  }

  /** The highest page LSN of all tablespaces. */
  long lsnMax() {
    return lsnMax.get();
  }

  /** Bytes of files read so far. */
  long bytesDone() {
    return bytesDone.sum();
  }

  private void inspect(ExtentQueue.Task task, byte[] raw) {
    SourceFile file = task.file();
    ByteBuffer bytes = ByteBuffer.wrap(raw, 0, task.rawBytes()).asReadOnlyBuffer();
    inspection.inspect(file.path(), file.file(), task.offset(), bytes);
    if (TablespaceInspector.isTablespace(file.file())) {
      for (int from = 0; from < task.rawBytes(); from += pageSize.bytes()) {
        lsnMax.accumulate(PageLsn.of(raw, from, task.rawBytes()));
      }
    }
  }

  private static boolean isZero(byte[] raw, int length) {
    // equal to itself moved by one byte: all bytes are the same
    return raw[0] == 0 && Arrays.equals(raw, 0, length - 1, raw, 1, length);
  }
}
