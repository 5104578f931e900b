package io.reseed.backup.restore;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.TestBackups;
import io.reseed.backup.WatchedStore;
import io.reseed.backup.store.S3Store;
import io.reseed.backup.store.StoreSettings;
import io.reseed.fleet.BackupId;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A process that restores until it has read some bytes, says so and waits to be killed. */
public final class RestoringProcess {
  static final String PARKED = "parked in the middle";

  private RestoringProcess() {}

  /** Arguments: endpoint, bucket, prefix, key id, backup id, target, job folder, bytes. */
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
    long bytesMax = Long.parseLong(args[7]);
    WatchedStore store =
        new WatchedStore(S3Store.open(settings))
            .beforeRead(
                bytes -> {
                  if (bytes >= bytesMax) {
                    System.out.println(PARKED);
                    park();
                  }
                });
    new Restore(store, new RestoreOptions(2, 128 << 10, 256 << 10))
        .run(
            new RestoreJob(
                TestBackups.SHARD,
                new BackupId(args[4]),
                Map.of("data", Path.of(args[5])),
                Path.of(args[6])),
            JobMonitor.SILENT);
  }

  private static void park() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this process", e);
    }
  }
}
