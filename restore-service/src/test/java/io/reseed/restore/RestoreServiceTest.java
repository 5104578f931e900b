package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseed.agent.JobId;
import io.reseed.durable.DurableFile;
import io.reseed.events.BackupRestored;
import io.reseed.events.HostStatus;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingStage;
import io.reseed.events.Topic;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Timeouts;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One host's agent against real Kafka, S3 and MySQL. */
@Tag("slow")
class RestoreServiceTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private static Stage stage;
  private static MysqlServerProcess source;
  private static Stage.BackedUp backup;

  @BeforeAll
  static void makeABackup() {
    source = MYSQL.fleet().newServer("source");
    source.writeRows(50);
    backup = Stage.backUp(source, S3);
    stage = new Stage(KAFKA, S3, MYSQL);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void restoresABackupToAFencedServerAndRemovesItWhenItIsWithdrawn() throws Exception {
    AgentProcess.Setting host = stage.host("plain");
    try (RunningAgent service = host.start(4, 0)) {
      stage.make("plain", 1, host.host(), backup.origin());
      BackupRestored restored = stage.restored("plain", 1);

      assertThat(GtidSet.parse(restored.gtidSet())).isEqualTo(backup.executed());
      assertThat(restored.serverUuid()).isNotEqualTo(backup.sourceUuid());
      assertThat(restored.bytesRead()).isPositive();
      assertThat(restored.bytesWritten()).isGreaterThan(restored.bytesRead());
      try (MysqlSession session = open(restored.server())) {
        assertThat(session.gtidExecuted()).isEqualTo(backup.executed());
        assertThat(session.queryValue("SELECT @@global.super_read_only")).contains("1");
        assertThat(session.queryValue("SELECT @@global.skip_replica_start")).contains("1");
        assertThat(session.queryValue("SELECT COUNT(*) FROM fleet.written")).contains("50");
      }
      HostStatus status = stage.holding(host, "plain", HeldState.RESTORED);
      assertThat(status.servers().getFirst().server()).isEqualTo(restored.server());
      assertThat(status.bytesFree()).isPositive();
      assertThat(stage.all(Topic.SEEDING_PROGRESS, SeedingProgress.class))
          .anyMatch(progress -> progress.seeding().equals("plain"));
      await().atMost(Stage.PATIENCE).until(service::isReady);

      stage.withdraw("plain");
      Stage.awaitNothingLeft(host, service);
    }
  }

  @Test
  void clonesADonor() throws Exception {
    AgentProcess.Setting host = stage.host("clone");
    try (RunningAgent service = host.start(4, 0)) {
      stage.make("clone", 1, host.host(), new SeedingOrigin.Donor(source.address()));
      BackupRestored restored = stage.restored("clone", 1);
      assertThat(GtidSet.parse(restored.gtidSet())).isEqualTo(source.gtidExecuted());
      assertThat(restored.bytesRead()).isPositive();
      try (MysqlSession session = open(restored.server())) {
        assertThat(session.queryValue("SELECT @@global.super_read_only")).contains("1");
        assertThat(session.serverUuid()).isEqualTo(restored.serverUuid());
        assertThat(session.queryValue("SELECT COUNT(*) FROM fleet.written")).contains("50");
      }
      assertThat(service.snapshot().unreadable()).isEmpty();
      stage.withdraw("clone");
      Stage.awaitNothingLeft(host, service);
    }
  }

  @Test
  void neverRemovesAKeptServerAlsoWhenItsSeedingIsOver() throws Exception {
    AgentProcess.Setting host = stage.host("keep");
    ServerAddress server;
    try (RunningAgent service = host.start(1, 0)) {
      stage.make("keep", 1, host.host(), backup.origin());
      server = stage.restored("keep", 1).server();
      stage.assign("keep", 1, Goal.KEEP, host.host(), backup.origin());
      stage.holding(host, "keep", HeldState.KEPT);
      await()
          .atMost(Stage.PATIENCE)
          .until(
              () ->
                  service.snapshot().jobs().getFirst().state() instanceof JobState.Kept kept
                      && kept.fenceLifted());
      stage.withdraw("keep");
      // the one slot is taken: the refusal shows that the agent has read past the tombstone
      stage.make("after-keep", 1, host.host(), backup.origin());
      assertThat(stage.failed("after-keep", 1).failure().code()).isEqualTo("NO_SLOT");
      assertThat(Stage.mysqldsUnder(host.directory())).isEqualTo(1);
    }
    try (RunningAgent again = host.start(4, 0)) {
      stage.make("after-keep", 2, host.host(), backup.origin());
      stage.restored("after-keep", 2);
      assertThat(Stage.mysqldsUnder(host.directory())).isEqualTo(2);
      try (MysqlSession session = open(server)) {
        assertThat(session.gtidExecuted()).isEqualTo(backup.executed());
      }
      stage.withdraw("after-keep");
      await().atMost(Stage.PATIENCE).until(() -> again.snapshot().jobs().size() == 1);
      assertThat(again.snapshot().jobs()).singleElement().matches(job -> isKept(job));
      assertThat(Stage.mysqldsUnder(host.directory())).isEqualTo(1);
      // its owner is done with it
      MysqlFleet.destroyServersUnder(host.directory().resolve("servers"));
      await().atMost(Stage.PATIENCE).until(() -> again.snapshot().jobs().isEmpty());
    }
  }

  private static boolean isKept(Job job) {
    return job.state() instanceof JobState.Kept;
  }

  @Test
  void removesTheServerOfAnAttemptThatWasReplaced() throws Exception {
    AgentProcess.Setting host = stage.host("attempts");
    try (RunningAgent service = host.start(1, 0)) {
      stage.make("attempts", 1, host.host(), backup.origin());
      ServerAddress first = stage.restored("attempts", 1).server();
      stage.make("attempts", 2, host.host(), backup.origin());
      ServerAddress second = stage.restored("attempts", 2).server();
      await().atMost(Stage.PATIENCE).until(() -> service.snapshot().jobs().size() == 1);
      assertThat(Stage.mysqldsUnder(host.directory())).isEqualTo(1);
      assertThat(first.host()).isEqualTo(second.host());
      stage.make("attempts", 3, "another-host", backup.origin());
      Stage.awaitNothingLeft(host, service);
    }
  }

  @Test
  void removesWhatWasWithdrawnWhileTheAgentWasOff() throws Exception {
    AgentProcess.Setting host = stage.host("off");
    try (RunningAgent service = host.start(4, 0)) {
      stage.make("off", 1, host.host(), backup.origin());
      stage.restored("off", 1);
      assertThat(service.snapshot().jobs()).hasSize(1);
    }
    assertThat(Stage.mysqldsUnder(host.directory())).as("mysqld outlives the agent").isEqualTo(1);
    stage.withdraw("off");
    try (RunningAgent again = host.start(4, 0)) {
      Stage.awaitNothingLeft(host, again);
    }
  }

  @Test
  void adoptsARunningServerAndAnnouncesItAgainAfterARestart() throws Exception {
    AgentProcess.Setting host = stage.host("adopt");
    try (RunningAgent service = host.start(4, 0)) {
      stage.make("adopt", 1, host.host(), backup.origin());
      stage.restored("adopt", 1);
      assertThat(service.snapshot().unclaimed()).isEmpty();
    }
    // one, or more when an announcement was tried again since its answer came late
    int announced = stage.restoredEvents("adopt").size();
    try (RunningAgent again = host.start(4, 0)) {
      await().atMost(Stage.PATIENCE).until(() -> stage.restoredEvents("adopt").size() > announced);
      assertThat(Set.copyOf(stage.restoredEvents("adopt"))).hasSize(1);
      assertThat(Stage.mysqldsUnder(host.directory())).isEqualTo(1);
      stage.withdraw("adopt");
      Stage.awaitNothingLeft(host, again);
    }
  }

  @Test
  @Tag("long")
  void reportsAServerWhoseProcessDied() throws Exception {
    AgentProcess.Setting host = stage.host("died");
    try (RunningAgent service = host.start(4, 0)) {
      stage.make("died", 1, host.host(), backup.origin());
      stage.restored("died", 1);
      killMysqldsUnder(host.directory());
      SeedingFailed failed = stage.failed("died", 1);
      assertThat(failed.stage()).as("it was restored").isEqualTo(SeedingStage.CATCH_UP);
      assertThat(failed.failure().code()).isEqualTo("SERVER_DIED");
      assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT);
      stage.holding(host, "died", HeldState.FAILED);
      assertThat(Stage.serverFolders(host)).isEmpty();
      stage.withdraw("died");
      Stage.awaitNothingLeft(host, service);
    }
  }

  @Test
  void keepsTheFolderOfAHeldServerWhateverItsMysqldDoesUntilTheSeedingIsOver() throws Exception {
    AgentProcess.Setting host = stage.host("held");
    try (RunningAgent service = host.start(4, 0)) {
      stage.make("held", 1, host.host(), backup.origin());
      stage.restored("held", 1);
      stage.assign("held", 1, Goal.REPLICATE, host.host(), backup.origin());
      stage.assign("held", 1, Goal.HOLD, host.host(), backup.origin());
      stage.make("watched", 1, host.host(), backup.origin());
      stage.restored("watched", 1);
      killMysqldsUnder(host.directory());
      assertThat(stage.failed("watched", 1).failure().code()).isEqualTo("SERVER_DIED");
      assertThat(Stage.serverFolders(host))
          .extracting(folder -> folder.getFileName().toString())
          .containsExactly("held.1");
      stage.withdraw("watched");
      stage.withdraw("held");
      Stage.awaitNothingLeft(host, service);
    }
    assertThat(stage.all(Topic.SEEDING_FAILED, SeedingFailed.class))
        .noneMatch(failed -> failed.seeding().equals("held"));
  }

  @Test
  void aJobThatCannotBeLookedAtDoesNotHoldUpTheRemovalOfAnother() throws Exception {
    AgentProcess.Setting host = stage.host("held-up");
    try (RunningAgent service = host.start(4, 0)) {
      stage.make("broken", 1, host.host(), backup.origin());
      stage.restored("broken", 1);
      stage.make("fine", 1, host.host(), backup.origin());
      stage.restored("fine", 1);
      Path marker = host.directory().resolve("servers/broken.1/reseed-server.properties");
      byte[] sound = Files.readAllBytes(marker);
      Files.writeString(marker, "version=99");
      stage.withdraw("fine");
      await()
          .atMost(Stage.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(Stage.serverFolders(host))
                      .extracting(folder -> folder.getFileName().toString())
                      .containsExactly("broken.1"));
      assertThat(Stage.mysqldsUnder(host.directory())).isEqualTo(1);
      Files.write(marker, sound);
      stage.withdraw("broken");
      Stage.awaitNothingLeft(host, service);
    }
  }

  /** As on a full disk, to which the removal may give its room back. */
  @Test
  @Tag("long")
  void removesAServerAlsoWhenTheMarkOfTheTopicCannotBeRenewed() throws Exception {
    AgentProcess.Setting host = stage.host("unmarked");
    try (RunningAgent service = host.start(4, 0)) {
      stage.make("unmarked", 1, host.host(), backup.origin());
      stage.restored("unmarked", 1);
      Path mark = host.directory().resolve("seeding-topic.json");
      Path inTheWay = DurableFile.aside(mark).resolve("in-the-way");
      Files.createDirectories(inTheWay);
      stage.make("foreign", 1, "another-host", backup.origin());
      stage.withdraw("unmarked");
      Stage.awaitNothingLeft(host, service);
      Files.delete(inTheWay);
    }
  }

  @Test
  @Tag("long")
  void reportsABackupWhosePackIsDamagedAndLeavesNothing() throws Exception {
    Stage.BackedUp damaged = Stage.backUp(source, S3);
    damageAPackOf(damaged.id());
    AgentProcess.Setting host = stage.host("damaged");
    try (RunningAgent service = host.start(4, 0)) {
      stage.make("damaged", 1, host.host(), damaged.origin());
      SeedingFailed failed = stage.failed("damaged", 1);
      assertThat(failed.failure().code()).isEqualTo("PACK_CORRUPT");
      assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.BAD_BACKUP);
      assertThat(failed.failure().hint()).isNotBlank();
      assertThat(Stage.serverFolders(host)).isEmpty();
      assertThat(service.snapshot().jobs()).hasSize(1);
      stage.withdraw("damaged");
      Stage.awaitNothingLeft(host, service);
    }
  }

  @Test
  void refusesAServerForWhichTheDiskHasNoRoom() throws Exception {
    AgentProcess.Setting host = stage.host("full");
    try (RunningAgent service = host.start(4, Long.MAX_VALUE / 2)) {
      stage.make("full", 1, host.host(), backup.origin());
      SeedingFailed failed = stage.failed("full", 1);
      assertThat(failed.failure().code()).isEqualTo("TARGET_FULL");
      assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT);
      assertThat(service.snapshot().jobs()).hasSize(1);
      stage.withdraw("full");
      Stage.awaitNothingLeft(host, service);
    }
  }

  @Test
  @Tag("long")
  void keepsWhatARecreatedTopicDoesNotMentionAndWorksOn() throws Exception {
    try (Stage own = new Stage(KAFKA, S3, MYSQL)) {
      AgentProcess.Setting host = own.host("recreated");
      JobId old = new JobId("recreated", 1);
      try (RunningAgent service = host.start(4, 0)) {
        own.make("recreated", 1, host.host(), backup.origin());
        own.restored("recreated", 1);
        try (var admin = KAFKA.broker().admin()) {
          admin.deleteTopics(List.of(own.assignedTopic())).all().get();
        }
        KAFKA.broker().createTopic(own.assignedTopic(), 3, Map.of("cleanup.policy", "compact"));
        await().atMost(Stage.PATIENCE).until(() -> isUnclaimed(service, old));

        own.make("newer", 1, host.host(), backup.origin());
        own.restored("newer", 1);
        assertThat(service.isReady()).isTrue();
        own.withdraw("newer");
        await().atMost(Stage.PATIENCE).until(() -> service.snapshot().jobs().size() == 1);
      }
      try (RunningAgent again = host.start(4, 0)) {
        await().atMost(Stage.PATIENCE).until(() -> isUnclaimed(again, old));
        await().atMost(Stage.PATIENCE).until(again::isReady);
        assertThat(Stage.mysqldsUnder(host.directory())).isEqualTo(1);
        Files.delete(host.directory().resolve("seeding-topic.json"));
        Stage.awaitNothingLeft(host, again);
      }
    }
  }

  private static boolean isUnclaimed(RunningAgent service, JobId job) {
    return service.snapshot().unclaimed().contains(job);
  }

  private static MysqlSession open(ServerAddress server) {
    return MysqlSession.open(server, MYSQL.fleet().accounts().agent(), Timeouts.ADMIN);
  }

  private static void killMysqldsUnder(Path directory) {
    ProcessHandle.allProcesses()
        .filter(
            process ->
                process.info().commandLine().orElse("").contains("--defaults-file=" + directory))
        .forEach(ProcessHandle::destroyForcibly);
  }

  /** Flips a byte in the middle of the largest pack. */
  private static void damageAPackOf(String backupId) throws Exception {
    Path bucket = S3.front().folder().resolve(S3.bucket());
    Path largest;
    try (Stream<Path> files = Files.walk(bucket)) {
      largest =
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.toString().contains("/packs/"))
              .filter(file -> file.toString().contains(backupId))
              .max((one, other) -> Long.compare(one.toFile().length(), other.toFile().length()))
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(largest);
    bytes[bytes.length / 2] ^= 0x40;
    Files.write(largest, bytes);
  }
}
