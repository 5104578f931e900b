package io.reseed.backup.snapshot;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import io.reseed.backup.format.DirectoryEntry;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.PageHashes.PageSize;
import io.reseed.backup.format.PageIndex;
import io.reseed.backup.format.RootedPath;
import io.reseed.backup.work.PastPageCache;
import io.reseed.backup.work.Workers;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads one source into packs: everything once, and a second time what the parent has in another
 * form, after it was decided for all of that together how it is stored.
 */
final class SnapshotRun {
  /** One is enough where sizes turn out as they were estimated. */
  private static final int ROUNDS_MAX = 3;

  private static final String PAGE_SIZE_DEFAULT = "16384";

  private final SnapshotRequest request;
  private final SnapshotOptions options;
  private final PackUploads uploads;
  private final @Nullable ParentBackup parent;
  private final PageSize pageSize;
  private final List<SourceFile> files;
  private final ExtentQueue queue;

  SnapshotRun(
      SnapshotRequest request,
      SnapshotOptions options,
      PackUploads uploads,
      @Nullable ParentBackup parent) {
    this.request = request;
    this.options = options;
    this.uploads = uploads;
    this.parent = parent;
    this.pageSize = pageSizeOf(request.header());
    PastPageCache pastPageCache = request.source().pastPageCache();
    this.files =
        request.source().files().stream()
            .map(path -> SourceFile.of(path, root(path), pastPageCache))
            .toList();
    this.queue = new ExtentQueue(files, options);
  }

  /** How long the server's pages are. */
  static PageSize pageSizeOf(ManifestHeader header) {
    return new PageSize(
        Integer.parseInt(header.settings().getOrDefault("innodb_page_size", PAGE_SIZE_DEFAULT)));
  }

  /** A manifest that is not committed yet, and what its extents are. */
  record Outcome(Manifest manifest, SnapshotResult.ExtentCount extents) {}

  /** Sends every pack. */
  Outcome run(JobMonitor monitor) {
    findRenamed();
    FirstReading first =
        new FirstReading(
            queue,
            pageSize,
            request.inspection(),
            parent == null ? null : parent.comparison(pageSize));
    work(first::work, first, monitor);
    List<FirstReading.Undecided> undecided = first.undecided();
    for (int round = 0; round < ROUNDS_MAX && !undecided.isEmpty(); round++) {
      double readsMax = round == 0 ? ReadBudget.READS_MAX : ReadBudget.READS_MAX_AGAIN;
      SecondReading second = new SecondReading(queue, undecided, pageSize, readsMax);
      if (!second.isEmpty()) {
        work(second::work, first, monitor);
      }
      undecided = second.undecidedAgain();
    }
    files.forEach(SourceFile::checkUnchanged);
    return outcome(first.lsnMax());
  }

  private void findRenamed() {
    try {
      if (parent != null) {
        parent.findRenamed(files, options.extentBytes());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          FailureCode.CANCELLED, "the snapshot was interrupted", "Run it again.", e);
    }
  }

  /** One of two readings. */
  private interface Reading {
    void work(PackBuilder builder, byte[] raw) throws InterruptedException;
  }

  private void work(Reading reading, FirstReading first, JobMonitor monitor) {
    long total = files.stream().mapToLong(SourceFile::sizeBytes).sum();
    Workers.Work work =
        () -> {
          byte[] raw = new byte[options.extentBytes()];
          try (PackBuilder builder = new PackBuilder(uploads, options, pageSize)) {
            reading.work(builder, raw);
          }
        };
    Workers.run(
        Collections.nCopies(options.parallelism(), work),
        monitor,
        () -> new Progress(first.bytesDone(), total, uploads.bytesSent()));
  }

  private Outcome outcome(long lsnMax) {
    List<PackEntry> older = parent == null ? List.of() : parent.packs();
    PageIndex known = parent == null ? PageIndex.NONE : parent.index();
    ManifestAssembly assembly =
        new ManifestAssembly(
            older, uploads.earlier().entries(), uploads.entries(), queue.entries());
    List<PageIndex.HashTable> tables =
        assembly.renumbered(
            Stream.concat(known.hashes().stream(), uploads.hashTables().stream()).toList());
    Manifest manifest =
        new Manifest(
            uploads.header(),
            request.source().roots().keySet().stream().sorted().toList(),
            directories(),
            assembly.packs(),
            assembly.files(),
            new PageIndex(lsnMax, tables));
    return new Outcome(manifest, assembly.count());
  }

  private List<DirectoryEntry> directories() {
    List<DirectoryEntry> entries = new ArrayList<>();
    for (RootedPath path : request.source().directories()) {
      try {
        entries.add(new DirectoryEntry(path, SourceFile.modeOf(path.below(root(path)))));
      } catch (IOException e) {
        throw SnapshotSource.unreadable("cannot read directory " + path + ": " + e, e);
      }
    }
    return entries;
  }

  private Path root(RootedPath path) {
    return request.source().rootOf(path);
  }
}
