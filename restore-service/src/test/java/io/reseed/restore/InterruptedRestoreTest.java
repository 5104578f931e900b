package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseed.events.BackupRestored;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingProgress;
import io.reseed.events.Topic;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Restores that are held in their middle, while something happens to the store or the assignment.
 */
@Tag("slow")
class InterruptedRestoreTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.dedicated();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private static Stage stage;
  private static Stage.BackedUp backup;

  @BeforeAll
  static void makeABackup() {
    MysqlServerProcess source = MYSQL.fleet().newServer("source");
    source.writeRows(50);
    backup = Stage.backUp(source, S3);
    stage = new Stage(KAFKA, S3, MYSQL);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void goesOnWhenTheStoreComesBackInTheMiddleOfARestore() throws Exception {
    try (GatedProxy proxy = new GatedProxy(S3.front().endpoint(), 400_000)) {
      AgentProcess.Setting host = stage.host("store", proxy.endpoint());
      try (RunningAgent service = host.start(4, 0)) {
        stage.make("store", 1, host.host(), backup.origin());
        proxy.awaitReached();
        S3.front().kill();
        proxy.cut();
        stage.await(
            Topic.SEEDING_PROGRESS,
            SeedingProgress.class,
            progress ->
                progress.seeding().equals("store")
                    && progress.note() != null
                    && progress.note().contains("store does not answer"));
        S3.front().startAgain();
        BackupRestored restored = stage.restored("store", 1);
        assertThat(GtidSet.parse(restored.gtidSet())).isEqualTo(backup.executed());
        assertThat(service.snapshot().jobs()).hasSize(1);
        stage.withdraw("store");
        Stage.awaitNothingLeft(host, service);
      } finally {
        S3.front().startAgain();
      }
    }
  }

  @Test
  void stopsARestoreThatIsWithdrawnInItsMiddle() throws Exception {
    try (GatedProxy proxy = new GatedProxy(S3.front().endpoint(), 400_000)) {
      AgentProcess.Setting host = stage.host("cancel", proxy.endpoint());
      try (RunningAgent service = host.start(4, 0)) {
        stage.make("cancel", 1, host.host(), backup.origin());
        proxy.awaitReached();
        stage.withdraw("cancel");
        Stage.awaitNothingLeft(host, service);
      }
    }
  }

  @Test
  void stopsQuicklyInTheMiddleOfARestoreAndResumesIt() throws Exception {
    try (GatedProxy proxy = new GatedProxy(S3.front().endpoint(), 400_000)) {
      AgentProcess.Setting host = stage.host("stop", proxy.endpoint());
      Instant begunToStop;
      try (RunningAgent service = host.start(4, 0)) {
        stage.make("stop", 1, host.host(), backup.origin());
        proxy.awaitReached();
        await().atMost(Stage.PATIENCE).until(() -> service.snapshot().working().size() == 1);
        begunToStop = Instant.now();
      }
      assertThat(Duration.between(begunToStop, Instant.now()))
          .as("an agent that waits for the restore in vain gives up after 15 s")
          .isLessThan(Duration.ofSeconds(14));
      proxy.open();
      try (RunningAgent again = host.start(4, 0)) {
        assertThat(GtidSet.parse(stage.restored("stop", 1).gtidSet())).isEqualTo(backup.executed());
        assertThat(stage.all(Topic.SEEDING_FAILED, SeedingFailed.class))
            .noneMatch(event -> event.seeding().equals("stop"));
        assertThat(again.snapshot().jobs()).hasSize(1);
        stage.withdraw("stop");
        Stage.awaitNothingLeft(host, again);
      }
    }
  }

  @Test
  void letsARestoreBeyondTheBoundWaitAndSaysSo() throws Exception {
    try (GatedProxy proxy = new GatedProxy(S3.front().endpoint(), 400_000)) {
      AgentProcess.Setting host = stage.host("bound", proxy.endpoint());
      List<String> seedings = List.of("bound-1", "bound-2", "bound-3");
      try (RunningAgent service = host.start(4, 0)) {
        for (String seeding : seedings) {
          stage.make(seeding, 1, host.host(), backup.origin());
        }
        stage.await(
            Topic.SEEDING_PROGRESS,
            SeedingProgress.class,
            progress ->
                progress.seeding().startsWith("bound-")
                    && progress.note() != null
                    && progress.note().contains("waits for another restore"));
        assertThat(service.snapshot().jobs()).hasSize(3);
        proxy.open();
        seedings.forEach(seeding -> stage.restored(seeding, 1));
        assertThat(Stage.mysqldsUnder(host.directory())).isEqualTo(3);
        for (String seeding : seedings) {
          stage.withdraw(seeding);
        }
        Stage.awaitNothingLeft(host, service);
      }
    }
  }
}
