package io.reseed.backup.verify;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.PageSet;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.work.Workers;
import io.reseed.mysql.innodb.PageFault;
import io.reseed.mysql.innodb.TablespaceInspector;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Reads what a plan has. */
final class VerifyRun {
  private final ObjectStore store;
  private final List<Task> tasks;
  private final int threads;
  private final Findings findings = new Findings();
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder bytesDone = new LongAdder();
  private final AtomicInteger next = new AtomicInteger();

  VerifyRun(ObjectStore store, List<Task> tasks, VerifyOptions options) {
    this.store = store;
    this.tasks = tasks;
    this.threads = Math.clamp(tasks.size(), 1, options.parallelism());
  }

  Findings run(JobMonitor monitor) {
    long total = tasks.stream().mapToLong(Task::rawBytes).sum();
    Workers.run(
        Collections.nCopies(threads, this::work),
        monitor,
        () -> new Progress(bytesDone.sum(), total, bytesRead.sum()));
    return findings;
  }

  long bytesRead() {
    return bytesRead.sum();
  }

  private void work() throws InterruptedException {
    try (PartReader reader = new PartReader(store, bytesRead);
        PartReader heads = new PartReader(store, bytesRead)) {
      for (int i = next.getAndIncrement(); i < tasks.size(); i = next.getAndIncrement()) {
        Task task = tasks.get(i);
        switch (task) {
          case Task.Window window -> check(window, reader, heads);
          case Task.Patching patching -> check(patching, reader, heads);
        }
        bytesDone.add(task.rawBytes());
      }
    }
  }

  private void check(Task.Window window, PartReader reader, PartReader heads)
      throws InterruptedException {
    boolean fetched = reader.fetch(window);
    for (Part part : window.parts()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      try {
        ByteBuffer raw =
            fetched ? reader.part(window, part) : reader.part(part.backup(), part.content());
        for (Part.Use use : part.uses()) {
          checkPages(part, use, raw.slice(), heads);
        }
      } catch (BadPart e) {
        findings.bad(e);
      }
    }
  }

  private void checkPages(Part part, Part.Use use, ByteBuffer raw, PartReader heads) {
    boolean begins = use.fileOffset() == 0 && use.counting() == null;
    TablespaceInspector inspector = use.file().inspector(heads, begins ? raw : null, findings);
    if (inspector == null) {
      return;
    }
    Optional<PageFault> fault =
        use.counting() == null
            ? inspect(inspector, use.fileOffset(), raw)
            : inspectSome(inspector, use, raw);
    fault.ifPresent(it -> findings.badPage(use.file().backup(), part.content().place(), it));
  }

  /** Pages that lie across two extents, which no release of Reseed writes, are not looked at. */
  private static Optional<PageFault> inspect(
      TablespaceInspector inspector, long offset, ByteBuffer raw) {
    return offset % inspector.pageBytes() == 0
        ? inspector.inspectPages(offset, raw)
        : Optional.empty();
  }

  private static Optional<PageFault> inspectSome(
      TablespaceInspector inspector, Part.Use use, ByteBuffer raw) {
    int unit = use.pageBytes();
    PageSet counting = PageSet.of(Objects.requireNonNull(use.counting()));
    PageSet pages = use.pages();
    int at = 0;
    for (int page = first(pages); page >= 0 && at + unit <= raw.limit(); at += unit) {
      if (counting.contains(page)) {
        Optional<PageFault> fault =
            inspect(inspector, use.fileOffset() + (long) page * unit, raw.slice(at, unit));
        if (fault.isPresent()) {
          return fault;
        }
      }
      page = pages == null ? page + 1 : pages.next(page + 1);
    }
    return Optional.empty();
  }

  private static int first(@Nullable PageSet pages) {
    return pages == null ? 0 : pages.next(0);
  }

  private void check(Task.Patching task, PartReader reader, PartReader heads) {
    CheckedFile file = task.file();
    Extent.Patched extent = task.extent();
    try {
      ByteBuffer raw = reader.extent(file.backup(), extent);
      TablespaceInspector inspector =
          file.inspector(heads, task.fileOffset() == 0 ? raw : null, findings);
      if (inspector != null) {
        inspect(inspector, task.fileOffset(), raw)
            .ifPresent(
                fault -> findings.badPage(file.backup(), place(task, inspector, fault), fault));
      }
    } catch (BadPart e) {
      findings.bad(e);
      checkEach(file.backup(), extent, reader);
    }
  }

  private static Extent.Place place(
      Task.Patching task, TablespaceInspector inspector, PageFault fault) {
    long at = fault.page() * inspector.pageBytes() - task.fileOffset();
    return CheckedFile.placeOf(task.extent(), (int) (at / task.extent().pageBytes()));
  }

  /** One part is bad: others may be, too. */
  private void checkEach(OpenedBackup backup, Extent.Patched extent, PartReader reader) {
    checkOne(backup, Part.Content.of(extent.base()), reader);
    extent.patches().forEach(it -> checkOne(backup, Part.Content.of(extent, it), reader));
  }

  private void checkOne(OpenedBackup backup, Part.Content content, PartReader reader) {
    try {
      reader.part(backup, content);
    } catch (BadPart e) {
      findings.bad(e);
    }
  }
}
