package io.reseed.backup;

import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.restore.Restore;
import io.reseed.backup.restore.RestoreJob;
import io.reseed.backup.restore.RestoreOptions;
import io.reseed.backup.snapshot.PageInspection;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotParent;
import io.reseed.backup.snapshot.SnapshotRequest;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.fleet.BackupId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** A process of little memory that writes two backups on one another and restores the second. */
public final class BoundedProcess {
  static final String DONE = "all is restored";
  static final String FILES = "open files at most ";

  /** Small extents, so that few bytes are many of them. */
  static final SnapshotOptions SNAPSHOT = new SnapshotOptions(64 << 10, 1 << 20, 3, 1);

  static final RestoreOptions RESTORE = new RestoreOptions(3, 1 << 20, 16L << 20);

  private BoundedProcess() {}

  /** Arguments: source folder, folder of the store, target. */
  public static void main(String[] args) {
    DiskStore store = new DiskStore(Path.of(args[1]));
    Path target = Path.of(args[2]);
    SnapshotSource source = SnapshotSource.scan(Map.of("data", Path.of(args[0])), path -> true);
    SnapshotWriter writer = new SnapshotWriter(store, SNAPSHOT, new SecureRandom());
    OpenFiles files = new OpenFiles();
    BackupId first = TestBackups.id(1);
    Manifest full =
        writer
            .write(
                new SnapshotRequest(TestBackups.header(first), source, new PageInspection(), null),
                files)
            .manifest();
    BackupId second = TestBackups.id(2);
    ManifestHeader header = TestBackups.header(second, first, 16_384);
    SnapshotRequest incremental =
        new SnapshotRequest(
            header,
            source,
            new PageInspection(),
            new SnapshotParent(full, Set.of()),
            target.resolveSibling("snapshot-job"));
    Manifest manifest = writer.write(incremental, files).manifest();
    if (manifest.addedBytes() != 0) {
      throw new IllegalStateException("nothing changed, and " + manifest.addedBytes() + " added");
    }
    RestoreJob job =
        new RestoreJob(
            TestBackups.SHARD,
            second,
            Map.of("data", target),
            target.resolveSibling("restore-job"));
    new Restore(store, RESTORE).run(job, files);
    System.out.println(FILES + files.most);
    System.out.println(DONE);
    park();
  }

  /** Until it is ended by who reads what it said. */
  private static void park() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this process", e);
    }
  }

  /** Looks now and then how many files this process has open. */
  private static final class OpenFiles implements JobMonitor {
    private long most;

    @Override
    public void progressed(Progress progress) {
      try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
        most = Math.max(most, open.count());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean cancelled() {
      return false;
    }
  }
}
