package io.reseed.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.restore.Restore;
import io.reseed.backup.restore.RestoreJob;
import io.reseed.backup.restore.RestoreOptions;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.backup.store.StoreSettings;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the demo damages must be what a restore reads. */
@Tag("slow")
class CorruptionTest {
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();

  private static final ShardName SHARD = ShardName.parse("commerce/80-");
  private static final ShardName NAMED = new ShardName("commerce", "80-");

  @TempDir Path folder;

  @Test
  void aDamagedBackupDoesNotComeBack() throws IOException {
    Path files = Files.createDirectory(folder.resolve("files"));
    byte[] content = new byte[3_000_000];
    new Random(1).nextBytes(content);
    Files.write(files.resolve("orders.ibd"), content);
    Files.writeString(files.resolve("small.ibd"), "small");
    try (ObjectStore store = open()) {
      BackupId backup = write(store, files);
      restore(store, backup, "before");
      assertThat(folder.resolve("before/orders.ibd")).hasBinaryContent(content);

      Corruption corruption = Corruption.strike(store, SHARD, backup.text());
      assertThat(corruption.file()).contains("orders.ibd");
      assertThat(corruption.key()).startsWith("commerce/80-/packs/");
      assertThatThrownBy(() -> restore(store, backup, "after"))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> assertThat(e.code()).isEqualTo(FailureCode.PACK_CORRUPT));
    }
  }

  private static BackupId write(ObjectStore store, Path files) {
    BackupId id = BackupId.create(Instant.parse("2026-11-25T03:00:00Z"), new Random(2));
    ManifestHeader header =
        new ManifestHeader(
            id,
            NAMED,
            Instant.parse("2026-11-25T03:00:00Z"),
            new MysqlVersion(9, 7, 4),
            Map.of(),
            GtidSet.parse(""),
            GtidSet.parse(""),
            UUID.fromString("5b1f8a1c-0d2e-4c3b-9a68-1f2e3d4c5b6a"),
            null,
            null);
    new SnapshotWriter(store, SnapshotOptions.defaults(), new Random(3))
        .write(header, SnapshotSource.scan(Map.of("data", files), path -> true), JobMonitor.SILENT);
    return id;
  }

  private void restore(ObjectStore store, BackupId backup, String name) {
    new Restore(store, RestoreOptions.defaults())
        .run(
            new RestoreJob(
                NAMED, backup, Map.of("data", folder.resolve(name)), folder.resolve(name + "-job")),
            JobMonitor.SILENT);
  }

  private static ObjectStore open() {
    return S3Store.open(
        new StoreSettings(
            S3.front().endpoint(),
            S3.front().region(),
            S3.bucket(),
            "",
            new StoreSettings.Credentials(S3.front().accessKey(), S3.front().secretKey()),
            true,
            StoreSettings.Client.defaults()));
  }
}
