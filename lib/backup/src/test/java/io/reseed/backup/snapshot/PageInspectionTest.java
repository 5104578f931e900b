package io.reseed.backup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestStores;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Snapshots of a real server's files, with every page checked. */
@Tag("slow")
class PageInspectionTest {
  private static final int PAGE = 16 << 10;

  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private static Path data = Path.of("");

  @BeforeAll
  static void stopAServer() {
    MysqlServerProcess server = MYSQL.fleet().newServer("inspected");
    server.writeRows(50);
    server.stop();
    server.local().proveCleanStop();
    data = server.local().dataDirectory();
  }

  @Test
  void countsThePagesOfASoundServer(TestInfo test) {
    try (ObjectStore store = store(test)) {
      PageInspection inspection = new PageInspection();
      Manifest manifest = write(store, 1, inspection);
      assertThat(inspection.checked().pages()).isGreaterThan(1_000);
      assertThat(inspection.checked().files())
          .isEqualTo(
              manifest.files().stream()
                  .filter(file -> file.path().path().matches(".*(ibd|ibdata1|undo_00.)"))
                  .count());
      assertThat(new Catalogue(store).list(TestBackups.SHARD)).hasSize(1);
    }
  }

  @Test
  void aBadPageEndsTheSnapshotAndLeavesNothing(TestInfo test) throws IOException {
    Path file = data.resolve("fleet/written.ibd");
    byte[] sound = Files.readAllBytes(file);
    byte[] rotten = sound.clone();
    rotten[4 * PAGE + 300] ^= 1;
    Files.write(file, rotten);
    try (ObjectStore store = store(test)) {
      assertThatThrownBy(() -> write(store, 2, new PageInspection()))
          .isInstanceOfSatisfying(
              FailureException.class,
              failure -> {
                assertThat(failure.code()).isEqualTo(FailureCode.PAGE_CORRUPT);
                assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_BACKUP);
                assertThat(failure).hasMessageContainingAll("data:fleet/written.ibd", "page 4");
              });
      assertThat(new Catalogue(store).list(TestBackups.SHARD)).isEmpty();
      assertThat(write(store, 3, ReadInspection.NONE).files()).isNotEmpty();
    } finally {
      Files.write(file, sound);
    }
  }

  private static ObjectStore store(TestInfo test) {
    return TestStores.open(S3, test.getDisplayName().replaceAll("[^A-Za-z]", ""));
  }

  private static Manifest write(ObjectStore store, long seed, ReadInspection inspection) {
    SnapshotSource source =
        SnapshotSource.scan(
            Map.of("data", data), path -> !path.path().matches("#innodb_temp.*|.*sock.*"));
    return new SnapshotWriter(store, TestBackups.SMALL, new Random(seed))
        .write(TestBackups.header(TestBackups.id(seed)), source, inspection, JobMonitor.SILENT);
  }
}
