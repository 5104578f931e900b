package io.reseed.backup.snapshot;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import io.reseed.backup.format.DirectoryEntry;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.RootedPath;
import io.reseed.backup.work.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Reads one source into packs. */
final class SnapshotRun {
  private final SnapshotSource source;
  private final SnapshotOptions options;
  private final PackUploads uploads;
  private final ReadInspection inspection;
  private final List<SourceFile> files;
  private final ExtentQueue queue;
  private final LongAdder bytesDone = new LongAdder();

  SnapshotRun(
      SnapshotSource source,
      SnapshotOptions options,
      PackUploads uploads,
      ReadInspection inspection) {
    this.source = source;
    this.options = options;
    this.uploads = uploads;
    this.inspection = inspection;
    this.files = source.files().stream().map(path -> SourceFile.of(path, root(path))).toList();
    this.queue = new ExtentQueue(files, options);
  }

  /** Sends every pack and returns the manifest that names them, not committed yet. */
  Manifest run(ManifestHeader header, JobMonitor monitor) {
    long total = files.stream().mapToLong(SourceFile::sizeBytes).sum();
    Workers.run(
        Collections.nCopies(options.parallelism(), this::work),
        monitor,
        () -> new Progress(bytesDone.sum(), total, uploads.bytesSent()));
    files.forEach(SourceFile::checkUnchanged);
    return new Manifest(
        header,
        source.roots().keySet().stream().sorted().toList(),
        directories(),
        uploads.entries(),
        queue.entries());
  }

  private void work() throws InterruptedException {
    byte[] raw = new byte[options.extentBytes()];
    try (PackBuilder builder = new PackBuilder(uploads, options)) {
      for (List<ExtentQueue.Task> run = queue.nextRun(); !run.isEmpty(); run = queue.nextRun()) {
        for (ExtentQueue.Task task : run) {
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
          read(task, raw);
          inspect(task, raw);
          queue.done(task, builder.add(raw, task.rawBytes()));
          bytesDone.add(task.rawBytes());
        }
      }
      builder.flush();
    }
  }

  private void inspect(ExtentQueue.Task task, byte[] raw) {
    SourceFile file = task.file();
    ByteBuffer bytes = ByteBuffer.wrap(raw, 0, task.rawBytes()).asReadOnlyBuffer();
    inspection.inspect(file.path(), file.file(), task.offset(), bytes);
  }

  private static void read(ExtentQueue.Task task, byte[] raw) throws InterruptedException {
    ByteBuffer target = ByteBuffer.wrap(raw, 0, task.rawBytes());
    try (FileChannel channel =
        FileChannel.open(task.file().file(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      while (target.hasRemaining()) {
        if (channel.read(target, task.offset() + target.position()) < 0) {
          throw task.file().changed("it became shorter");
        }
      }
    } catch (ClosedByInterruptException e) {
      throw (InterruptedException) new InterruptedException("reading a file").initCause(e);
    } catch (IOException e) {
      throw SnapshotSource.unreadable("cannot read " + task.file().path() + ": " + e, e);
    }
  }

  private List<DirectoryEntry> directories() {
    List<DirectoryEntry> entries = new ArrayList<>();
    for (RootedPath path : source.directories()) {
      try {
        entries.add(new DirectoryEntry(path, SourceFile.modeOf(path.below(root(path)))));
      } catch (IOException e) {
        throw SnapshotSource.unreadable("cannot read directory " + path + ": " + e, e);
      }
    }
    return entries;
  }

  private Path root(RootedPath path) {
    Path root = source.roots().get(path.root());
    if (root == null) {
      throw new IllegalArgumentException("root of " + path + " has no folder");
    }
    return root;
  }
}
