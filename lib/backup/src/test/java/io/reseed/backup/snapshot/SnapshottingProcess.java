package io.reseed.backup.snapshot;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.TestBackups;
import io.reseed.backup.WatchedStore;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.store.Bandwidth;
import io.reseed.backup.store.S3Store;
import io.reseed.backup.store.StoreSettings;
import io.reseed.fleet.BackupId;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * A process that snapshots a folder until it has put some packs, says so and waits to be killed; or
 * says so at its first pack and goes on, slowly.
 */
public final class SnapshottingProcess {
  static final String GOING = "about to put";
  static final String PARKED = "parked in the middle";
  static final int GOES_ON = -1;
  static final SnapshotOptions FINE = new SnapshotOptions(64 << 10, 256 << 10, 2, 1);

  private SnapshottingProcess() {}

  /** Arguments: endpoint, bucket, prefix, key id, backup id, parent's id, source, job, puts. */
  public static void main(String[] args) {
    StoreSettings settings =
        new StoreSettings(
            URI.create(args[0]),
            "us-east-1",
            args[1],
            args[2],
            new StoreSettings.Credentials(args[3], System.getenv("TEST_SECRET")),
            true,
            StoreSettings.Client.defaults());
    MasterKeys keys = LocalMasterKeys.parse(System.getenv("TEST_MASTER_KEYS"));
    long putsMax = Long.parseLong(args[8]);
    CountDownLatch sent = new CountDownLatch(Math.toIntExact(Math.max(0, putsMax)));
    WatchedStore store =
        new WatchedStore(S3Store.open(settings))
            .afterPut(key -> sent.countDown())
            .beforePut(
                puts -> {
                  if (putsMax == GOES_ON) {
                    System.out.println(GOING);
                  } else if (puts >= putsMax) {
                    // nothing is under way that the store could still take after the kill
                    park(sent);
                    System.out.println(PARKED);
                    park(new CountDownLatch(1));
                  }
                });
    BackupId parent = new BackupId(args[5]);
    SnapshotParent on =
        new SnapshotParent(
            new Catalogue(store, keys).manifest(TestBackups.SHARD, parent), Set.of());
    SnapshotSource source = SnapshotSource.scan(Map.of("data", Path.of(args[6])), path -> true);
    SnapshotRequest request =
        new SnapshotRequest(
            TestBackups.header(new BackupId(args[4]), parent, 16_384),
            source,
            ReadInspection.NONE,
            on,
            Path.of(args[7]));
    SnapshotOptions slow = FINE.withBandwidth(new Bandwidth(Bandwidth.UNLIMITED, 500_000));
    new SnapshotWriter(store, slow, new SecureRandom(), keys).write(request, JobMonitor.SILENT);
  }

  private static void park(CountDownLatch until) {
    try {
      until.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this process", e);
    }
  }
}
