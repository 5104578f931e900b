package io.reseed.validator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.events.BackupCreated;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.Topic;
import io.reseed.events.check.CheckResult;
import io.reseed.events.check.CheckResult.Outcome;
import io.reseed.fleet.FailureClass;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.OsProcess;
import io.reseed.testkit.S3Extension;
import io.reseed.validator.ServiceProcess;
import io.reseed.validator.proof.ProofStage.Site;
import java.io.IOException;
import java.nio.file.Files;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The host agent's way from a caught-up server to a proven backup, killed and resumed. */
@Tag("slow")
class ProofAgentTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();

  private static Site site;

  private ProofStage stage;

  @BeforeAll
  static void startServers() {
    site = new Site();
    site.primary()
        .execute("CREATE TABLE fleet.bulk (id INT AUTO_INCREMENT PRIMARY KEY, b LONGBLOB)");
    for (int i = 0; i < 12; i++) {
      // what cannot be compressed takes its time
      site.primary()
          .execute(
              "INSERT INTO fleet.bulk (b) WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1"
                  + " FROM n WHERE i < 900) SELECT RANDOM_BYTES(1024) FROM n");
    }
  }

  @AfterAll
  static void stopServers() {
    site.close();
  }

  @BeforeEach
  void prepare(TestInfo test) {
    stage = new ProofStage(site, KAFKA, S3, test.getTestMethod().orElseThrow().getName());
  }

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void provesABackupOneGoalAfterTheOtherAlthoughItIsRestartedInEveryState()
      throws InterruptedException {
    stage
        .settings()
        .with(
            "reseed.checks.\"commerce\".assertions.\"rows\".query",
            "SELECT COUNT(*) FROM fleet.written")
        .with("reseed.checks.\"commerce\".assertions.\"rows\".expect", ">= 20");
    MysqlServerProcess server = stage.dedicated("way");
    ServerChecked checked;
    try (var _ = stage.start()) {
      var _ = stage.assign("way", Goal.CHECK);
      checked = stage.hearChecked(SeedingStage.CHECK);
    }
    assertThat(checked.checks())
        .extracting(CheckResult::name)
        .containsExactly("check-table", "contents", "definitions", "assertion:rows");
    assertThat(server.isRunning()).as("it replicates on").isTrue();

    BackupCreated created;
    try (var _ = stage.start()) {
      var _ = stage.assign("way", Goal.SNAPSHOT);
      created = stage.talk().hear(Topic.BACKUP_CREATED, BackupCreated.class, _ -> true);
    }
    assertThat(created.checks())
        .singleElement()
        .satisfies(pages -> assertThat(pages.name()).isEqualTo("pages"));
    assertThat(server.isRunning()).isFalse();
    assertThat(stage.listed()).hasSize(1);

    try (var _ = stage.start()) {
      Awaitility.await()
          .atMost(ProofStage.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(stage.talk().all(Topic.BACKUP_CREATED))
                      .as("said again, and the same")
                      .hasSizeGreaterThan(1)
                      .containsOnly(created));
    }
    restoreAndRemove("way", created);
  }

  private void restoreAndRemove(String seeding, BackupCreated created) throws InterruptedException {
    try (var _ = stage.start()) {
      var _ = stage.assign(seeding, Goal.READ_BACK);
      ServerChecked back = stage.hearChecked(SeedingStage.READ_BACK);
      assertThat(back.backup()).isEqualTo(created.backup());
      assertThat(back.bytesRestored()).isEqualTo(created.bytesRaw());
      assertThat(back.checks())
          .extracting(CheckResult::name)
          .containsExactly("hashes", "gtid-set", "tables-open");
      assertThat(back.checks()).allMatch(check -> check.outcome() == Outcome.HELD);
      assertThat(stage.readBack(seeding)).doesNotExist();
      assertThat(stage.listed()).hasSize(1).allMatch(ListedBackup.Usable.class::isInstance);
      stage.talk().endProof(seeding);
      Awaitility.await()
          .atMost(ProofStage.PATIENCE)
          .until(() -> !Files.exists(stage.jobFile(seeding)));
    }
    assertThat(stage.talk().all(Topic.SEEDING_FAILED)).isEmpty();
  }

  @Test
  void commitsExactlyOneBackupAlthoughItWasKilledInTheMiddleOfTheUploadAndOfTheReadBack()
      throws InterruptedException, IOException {
    var _ = stage.dedicated("killed");
    try (var _ = stage.start()) {
      var _ = stage.assign("killed", Goal.CHECK);
      var _ = stage.hearChecked(SeedingStage.CHECK);
    }
    var _ = stage.assign("killed", Goal.SNAPSHOT);
    SeedingProgress midway;
    try (OsProcess first = ServiceProcess.start(stage.settings(), stage.state())) {
      midway =
          stage
              .talk()
              .hear(
                  Topic.SEEDING_PROGRESS,
                  SeedingProgress.class,
                  p -> p.stage() == SeedingStage.SNAPSHOT && p.done() > 0);
      first.kill();
    }
    assertThat(midway.done()).isLessThan(midway.total());
    assertThat(stage.listed()).isEmpty();
    BackupCreated created;
    try (var _ = stage.start()) {
      created = stage.talk().hear(Topic.BACKUP_CREATED, BackupCreated.class, _ -> true);
    }
    var _ = stage.assign("killed", Goal.READ_BACK);
    try (OsProcess second = ServiceProcess.start(stage.settings(), stage.state())) {
      stage.awaitReadBackRuns("killed");
      second.kill();
    }
    restoreAndRemove("killed", created);
  }

  /** What is wished next of a server that it does not remember is more than it can do. */
  @Test
  void endsACheckWithItsAssignmentAndRefusesAWishThatIsFurtherThanWhatItRemembers()
      throws InterruptedException {
    stage
        .settings()
        .with("reseed.checks.\"commerce\".assertions.\"slow\".query", "SELECT SLEEP(50)")
        .with("reseed.checks.\"commerce\".assertions.\"slow\".expect", "= 0");
    MysqlServerProcess server = stage.dedicated("unwanted");
    try (var _ = stage.start()) {
      var _ = stage.assign("unwanted", Goal.CHECK);
      Awaitility.await().atMost(ProofStage.PATIENCE).until(() -> sleeping(server) == 1);
      stage.talk().endProof("unwanted");
      Awaitility.await()
          .atMost(ProofStage.PATIENCE)
          .until(() -> !Files.exists(stage.jobFile("unwanted")));
      Awaitility.await().atMost(ProofStage.PATIENCE).until(() -> sleeping(server) == 0);
      assertThat(stage.talk().all(Topic.SERVER_CHECKED)).isEmpty();
      assertThat(stage.talk().all(Topic.SEEDING_FAILED)).isEmpty();

      var _ = stage.assign("unwanted", Goal.READ_BACK);
      SeedingFailed failed = stage.hearFailed();
      assertThat(failed.failure().code()).isEqualTo("SERVER_LOST");
      assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT);
      assertThat(failed.stage()).isEqualTo(SeedingStage.READ_BACK);
    }
  }

  private static long sleeping(MysqlServerProcess server) {
    return server
        .query(
            "SELECT COUNT(*) AS n FROM performance_schema.processlist WHERE INFO LIKE"
                + " 'SELECT SLEEP%'")
        .getFirst()
        .number("n");
  }

  @Test
  @Tag("long")
  void endsAReadBackWithItsAssignmentAndRemovesItsServer() throws InterruptedException {
    var _ = stage.dedicated("undone");
    try (var _ = stage.start()) {
      var _ = stage.assign("undone", Goal.CHECK);
      var _ = stage.hearChecked(SeedingStage.CHECK);
      var _ = stage.assign("undone", Goal.SNAPSHOT);
      var _ = stage.talk().hear(Topic.BACKUP_CREATED, BackupCreated.class, _ -> true);
      var _ = stage.assign("undone", Goal.READ_BACK);
      stage.awaitReadBackRuns("undone");
      stage.talk().endProof("undone");
      Awaitility.await()
          .atMost(ProofStage.PATIENCE)
          .until(
              () ->
                  !Files.exists(stage.readBack("undone"))
                      && !Files.exists(stage.jobFile("undone")));
    }
    assertThat(stage.talk().all(Topic.SEEDING_FAILED)).isEmpty();
  }
}
