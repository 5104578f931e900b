package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.PageHashes.PageSize;
import io.reseed.backup.format.PageSet;
import io.reseed.backup.format.Sha256;
import io.reseed.backup.snapshot.FirstReading.Undecided;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides about what the parent has in another form, reads it once more, and stores of it what was
 * decided. Safe for many threads.
 */
final class SecondReading {
  /** Neighbours that one thread does: their patches become neighbours in a pack. */
  private static final int RUN = 64;

  /** Within that share of the base's size, estimates are good enough. */
  private static final double NEAR = 0.1;

  private final ExtentQueue queue;
  private final PageSize pageSize;
  private final List<Decided> decided = new ArrayList<>();
  private final AtomicInteger nextRun = new AtomicInteger();
  private final Collection<Undecided> patched = new ConcurrentLinkedQueue<>();

  private record Decided(Undecided of, ExtentChoice.Action action) {}

  /**
   * Decides about all extents for which there is a choice.
   *
   * @param readsMax how much more than for a full backup may be read, as a factor
   */
  SecondReading(ExtentQueue queue, List<Undecided> undecided, PageSize pageSize, double readsMax) {
    this.queue = queue;
    this.pageSize = pageSize;
    undecided.forEach(each -> queue.undo(each.task()));
    long fixed = queue.storedBytesDone();
    long whole = fixed + undecided.stream().mapToLong(each -> each.extent().wholeBytes()).sum();
    List<ExtentChoice> choices =
        ReadBudget.choose(
            undecided.stream().map(each -> each.extent().choices()).toList(),
            fixed,
            (long) (whole * readsMax));
    for (int i = 0; i < undecided.size(); i++) {
      Undecided each = undecided.get(i);
      if (choices.get(i).action() instanceof ExtentChoice.Keep) {
        queue.done(each.task(), each.extent().before());
      } else {
        decided.add(new Decided(each, choices.get(i).action()));
      }
    }
  }

  /** Whether nothing has to be read again. */
  boolean isEmpty() {
    return decided.isEmpty();
  }

  /**
   * What was patched: now that its true size is known, it may be decided anew, in case that more
   * would be read than was estimated.
   */
  List<Undecided> undecidedAgain() {
    return FirstReading.inOrder(patched);
  }

  /** One thread's part. */
  void work(PackBuilder builder, byte[] raw) throws InterruptedException {
    for (int from = RUN * nextRun.getAndIncrement();
        from < decided.size();
        from = RUN * nextRun.getAndIncrement()) {
      for (Decided each : decided.subList(from, Math.min(from + RUN, decided.size()))) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        ExtentQueue.Task task = each.of().task();
        task.readInto(raw);
        Sha256 sha256 = Sha256.of(ByteBuffer.wrap(raw, 0, task.rawBytes()));
        if (!sha256.equals(each.of().extent().sha256())) {
          throw task.file().changed("an extent at byte " + task.offset() + " reads differently");
        }
        Extent extent = store(each, raw, builder);
        queue.done(task, extent);
        if (extent instanceof Extent.Patched now) {
          patched.add(new Undecided(task, each.of().extent().storedAs(now)));
        }
      }
    }
    builder.flush();
  }

  private Extent store(Decided each, byte[] raw, PackBuilder builder) {
    int rawBytes = each.of().task().rawBytes();
    Sha256 sha256 = each.of().extent().sha256();
    return switch (each.action()) {
      case ExtentChoice.Keep _ -> each.of().extent().before();
      case ExtentChoice.Whole _ -> builder.addWhole(raw, rawBytes, sha256);
      case ExtentChoice.PatchOn patch -> {
        Extent.Patched patched = patched(each.of(), patch, raw, builder);
        long patchBytes = patched.storedBytes() - patched.base().storedBytes();
        yield patchBytes > rawBytes ? builder.addWhole(raw, rawBytes, sha256) : patched;
      }
    };
  }

  private Extent.Patched patched(
      Undecided of, ExtentChoice.PatchOn action, byte[] raw, PackBuilder builder) {
    ChangedExtent extent = of.extent();
    BitSet pages = extent.changed().bits();
    action.above().forEach(patch -> pages.or(patch.pages().bits()));
    List<Extent.Patch> patches = new ArrayList<>(action.below());
    patches.add(builder.addPatch(raw, PageSet.of(pages)));
    int rawBytes = of.task().rawBytes();
    Extent.Patched patched =
        new Extent.Patched(
            rawBytes,
            pageSize.bytes(),
            extent.wholeBytes(),
            extent.sha256(),
            extent.base(),
            patches);
    return isFarFromBase(patched)
        ? patched.withWholeBytes(builder.wholeBytes(raw, rawBytes))
        : patched;
  }

  /** Then what it would take anew is measured: pages take more alone than among others. */
  private static boolean isFarFromBase(Extent.Patched patched) {
    double baseBytes = patched.base().storedBytes();
    return patched.storedBytes() - baseBytes > baseBytes * NEAR
        || patched.wholeBytes() < baseBytes * (1 - NEAR);
  }
}
