package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.store.StoreSettings;
import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingProgress;
import io.reseed.events.Topic;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Backups in a folder that hosts share, and a limit that is changed while one is restored. */
@Tag("slow")
class SharedFolderTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();
  @TempDir static Path folder;

  /** At 1 MB a second it takes longer than {@link Stage#PATIENCE}. */
  private static final int MEGABYTES = 130;

  private static Stage stage;
  private static Stage.BackedUp backup;

  @BeforeAll
  static void makeABackup() throws IOException {
    Files.createDirectories(folder.resolve(S3.bucket()));
    MysqlServerProcess source = MYSQL.fleet().newServer("source");
    source.execute("CREATE DATABASE bulk");
    source.execute("CREATE TABLE bulk.bulk (id INT AUTO_INCREMENT PRIMARY KEY, b LONGBLOB)");
    for (int i = 0; i < MEGABYTES; i++) {
      // what cannot be compressed
      source.execute(
          "INSERT INTO bulk.bulk (b) WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n"
              + " WHERE i < 980) SELECT RANDOM_BYTES(1024) FROM n");
    }
    StoreSettings settings =
        new StoreSettings(
            folder.toUri(), "none", S3.bucket(), "", null, false, StoreSettings.Client.defaults());
    backup = Stage.snapshot(Stage.stop(source), settings, header -> header);
    stage = new Stage(KAFKA, S3, MYSQL);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void aLimitThatIsLiftedInTheMiddleOfARestoreHoldsForItNoLonger() throws Exception {
    Path limits = folder.resolve("bandwidth");
    Files.writeString(limits, "read-megabytes-per-second-max=1");
    AgentProcess.Setting host = stage.host("slow", folder.toUri());
    try (RunningAgent service = host.start(4, 0, Optional.of(limits))) {
      stage.make("slow", 1, host.host(), backup.origin());
      stage.await(
          Topic.SEEDING_PROGRESS,
          SeedingProgress.class,
          progress ->
              progress.seeding().equals("slow")
                  && progress.done() > 0
                  && progress.done() < progress.total() / 2);
      assertThat(stage.restoredEvents("slow")).isEmpty();

      replace(limits, "read-megabytes-per-second-max=0");

      BackupRestored restored = stage.restored("slow", 1);
      assertThat(GtidSet.parse(restored.gtidSet())).isEqualTo(backup.executed());
      assertThat(restored.bytesRead()).isGreaterThan(MEGABYTES * 1_000_000L);
      assertThat(service.snapshot().jobs()).hasSize(1);
      stage.withdraw("slow");
      Stage.awaitNothingLeft(host, service);
    }
  }

  private static void replace(Path file, String content) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
