package io.reseed.validator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.agent.JobFiles;
import io.reseed.agent.JobId;
import io.reseed.backup.JobMonitor;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.events.BackupCreated;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.Topic;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import io.reseed.validator.proof.ProofStage.Site;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What can be wrong with a server, its backup or the world meanwhile: each is named for what it is.
 */
@Tag("slow")
class ProofFaultsTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.dedicated();

  private static Site site;

  private ProofStage stage;

  @BeforeAll
  static void startServers() {
    site = new Site();
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

  private static void check(
      SeedingFailed failed, SeedingStage stage, String code, FailureClass of) {
    Failure failure = failed.failure();
    assertThat(failure.code()).as(failure.message()).isEqualTo(code);
    assertThat(failure.failureClass()).as(failure.message()).isEqualTo(of);
    assertThat(failed.stage()).isEqualTo(stage);
  }

  /** What a check tells of one server, one thing after the other, until the server is away. */
  @Test
  void namesEachThingThatACheckOfAServerFinds() throws InterruptedException {
    MysqlServerProcess server = stage.dedicated("checked");

    asserts("few", "SELECT COUNT(*) FROM fleet.written", "< 20");
    Failure few = assertCheckFails("checked", "ASSERTION_FAILED", FailureClass.BAD_BACKUP);
    assertThat(few.message()).contains("few", "20", "< 20");
    assertsNot("few");

    asserts("lost", "SELECT 1 FROM fleet.nowhere", "= 1");
    assertCheckFails("checked", "ASSERTION_UNRUNNABLE", FailureClass.OPERATOR_MUST_ACT);
    assertsNot("lost");

    change(server, "UPDATE fleet.written SET text = 'rotten' WHERE id = 7");
    Failure differs = assertCheckFails("checked", "CONTENT_DIFFERS", FailureClass.BAD_BACKUP);
    assertThat(differs.message()).contains("fleet.written", site.replica().address().toString());

    server.kill();
    assertCheckFails("checked", "SERVER_DIED", FailureClass.TRANSIENT);
    assertCheckFails("nowhere", "SERVER_LOST", FailureClass.TRANSIENT);
  }

  private void asserts(String name, String query, String expected) {
    stage
        .settings()
        .with("reseed.checks.\"commerce\".assertions.\"" + name + "\".query", query)
        .with("reseed.checks.\"commerce\".assertions.\"" + name + "\".expect", expected);
  }

  private void assertsNot(String name) {
    stage.settings().without("reseed.checks.\"commerce\".assertions.\"" + name + "\".query");
    stage.settings().without("reseed.checks.\"commerce\".assertions.\"" + name + "\".expect");
  }

  private Failure assertCheckFails(String seeding, String code, FailureClass of)
      throws InterruptedException {
    try (var _ = stage.start()) {
      var _ = stage.assign(seeding, Goal.CHECK);
      SeedingFailed failed =
          stage
              .talk()
              .hear(
                  Topic.SEEDING_FAILED,
                  SeedingFailed.class,
                  e -> e.seeding().equals(seeding) && e.failure().code().equals(code));
      check(failed, SeedingStage.CHECK, code, of);
      stage.talk().endProof(seeding);
      Awaitility.await()
          .atMost(ProofStage.PATIENCE)
          .until(() -> !Files.exists(stage.jobFile(seeding)));
      return failed.failure();
    }
  }

  /** As nobody should. */
  private static void change(MysqlServerProcess server, String sql) {
    try (MysqlSession session = server.open()) {
      session.execute("SET GLOBAL super_read_only = OFF");
      session.execute("SET SESSION sql_log_bin = 0");
      session.execute(sql);
      session.execute("SET GLOBAL super_read_only = ON");
    }
  }

  @Test
  void findsAPageThatIsDamagedOnDiskBeforeItIsCommitted() throws InterruptedException, IOException {
    MysqlServerProcess server = stage.dedicated("damaged");
    try (var _ = stage.start()) {
      var _ = stage.assign("damaged", Goal.CHECK);
      var _ = stage.hearChecked(SeedingStage.CHECK);
      flush(server);
      flip(server.local().dataDirectory().resolve("fleet/written.ibd"), 4 * 16_384 + 5_000);
      var _ = stage.assign("damaged", Goal.SNAPSHOT);
      SeedingFailed failed = stage.hearFailed();
      check(failed, SeedingStage.SNAPSHOT, "PAGE_CORRUPT", FailureClass.BAD_BACKUP);
      assertThat(failed.failure().message()).contains("fleet/written.ibd");
    }
    assertThat(stage.listed()).isEmpty();
  }

  /** What is clean in memory is not written again. */
  private static void flush(MysqlServerProcess server) {
    try (MysqlSession session = server.open()) {
      session.execute("SET GLOBAL super_read_only = OFF");
      session.execute("FLUSH TABLES fleet.written FOR EXPORT");
      session.execute("UNLOCK TABLES");
      session.execute("SET GLOBAL super_read_only = ON");
    }
  }

  private static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      int before = bytes.read();
      bytes.seek(offset);
      bytes.write(before ^ 0x55);
    }
  }

  @Test
  void judgesAServerThatDiesWhileItsTablesAreCheckedByItsOwnWords()
      throws InterruptedException, IOException {
    MysqlServerProcess server = stage.dedicated("dies");
    server.stop();
    Path table = server.local().dataDirectory().resolve("fleet/written.ibd");
    flip(table, 4 * 16_384 + 5_000);
    Files.deleteIfExists(server.local().dataDirectory().resolve("ib_buffer_pool"));
    server.start();
    try (var _ = stage.start()) {
      var _ = stage.assign("dies", Goal.CHECK);
      SeedingFailed failed = stage.hearFailed();
      check(failed, SeedingStage.CHECK, "TABLE_CORRUPT", FailureClass.BAD_BACKUP);
      assertThat(failed.failure().message()).contains("fleet.written");
    }
  }

  private BackupCreated committed(String seeding) throws InterruptedException {
    var _ = stage.assign(seeding, Goal.CHECK);
    ServerChecked checked = stage.hearChecked(SeedingStage.CHECK);
    assertThat(checked.seeding()).isEqualTo(seeding);
    var _ = stage.assign(seeding, Goal.SNAPSHOT);
    return stage
        .talk()
        .hear(Topic.BACKUP_CREATED, BackupCreated.class, e -> e.seeding().equals(seeding));
  }

  /** The backup that is made then is whole until one of its packs is changed. */
  @Test
  void goesOnWhenTheStoreComesBackDuringTheSnapshotAndFindsAPackThatWasChangedLater()
      throws InterruptedException {
    stage.settings().with("reseed.validator.store-grace-period", "15s");
    var _ = stage.dedicated("patient");
    try (var _ = stage.start()) {
      var _ = stage.assign("patient", Goal.CHECK);
      var _ = stage.hearChecked(SeedingStage.CHECK);
      S3.front().stop();
      var _ = stage.assign("patient", Goal.SNAPSHOT);
      var _ = stage.hearNote("store");
      S3.front().startAgain();
      BackupCreated created =
          stage.talk().hear(Topic.BACKUP_CREATED, BackupCreated.class, _ -> true);
      assertThat(stage.listed()).hasSize(1);
      assertAChangedPackIsFound("patient", created);
    } finally {
      S3.front().startAgain();
    }
  }

  private void assertAChangedPackIsFound(String seeding, BackupCreated created)
      throws InterruptedException {
    PackEntry pack =
        new Catalogue(stage.store())
            .manifest(ProofStage.SHARD, new BackupId(created.backup()))
            .packs()
            .getFirst();
    String key = new RepositoryLayout(ProofStage.SHARD).packKey(pack.name());
    byte[] bytes = stage.store().get(key, 1 << 29).orElseThrow();
    bytes[bytes.length / 2] ^= 1;
    var _ = stage.store().put(key, ByteBuffer.wrap(bytes));
    var _ = stage.assign(seeding, Goal.READ_BACK);
    SeedingFailed failed = stage.hearFailed();
    check(failed, SeedingStage.READ_BACK, "PACK_CORRUPT", FailureClass.BAD_BACKUP);
    assertThat(failed.backup()).isEqualTo(created.backup());
    assertThat(stage.readBack(seeding)).doesNotExist();
  }

  @Test
  void failsCleanlyWhenTheStoreStaysAwayAndCondemnsNobody() throws InterruptedException {
    stage.settings().with("reseed.validator.store-grace-period", "3s");
    var _ = stage.dedicated("impatient");
    try (var _ = stage.start()) {
      var _ = committed("impatient");
      S3.front().stop();
      var _ = stage.assign("impatient", Goal.READ_BACK);
      check(
          stage.hearFailed(), SeedingStage.READ_BACK, "STORE_UNREACHABLE", FailureClass.TRANSIENT);
    } finally {
      S3.front().startAgain();
    }
    assertThat(stage.listed()).hasSize(1);
  }

  @Test
  void doesNotCommitWhatThePrimaryLacksAndBlamesNobodyForAReplay() throws InterruptedException {
    MysqlServerProcess server = stage.dedicated("errant");
    SeedingOrigin sound = new SeedingOrigin.Backup(backup("", "20261121T021500Z-k3v9q0aa"));
    SeedingFailed failed = snapshotOfAnErrantServer("errant", server, sound);
    check(failed, SeedingStage.SNAPSHOT, "BACKUP_NOT_SUBSET", FailureClass.TRANSIENT);
    assertThat(stage.listed()).as("the origin only").hasSize(1);
  }

  @Test
  @Tag("long")
  void blamesTheOriginBackupForTransactionsThatItHadItself() throws InterruptedException {
    MysqlServerProcess server = stage.dedicated("rotten");
    String errant = server.query("SELECT @@server_uuid AS u").getFirst().text("u") + ":1";
    SeedingOrigin rotten = new SeedingOrigin.Backup(backup(errant, "20261121T021500Z-k3v9q0ab"));
    SeedingFailed failed = snapshotOfAnErrantServer("rotten", server, rotten);
    check(failed, SeedingStage.SNAPSHOT, "ERRANT_TRANSACTIONS", FailureClass.BAD_BACKUP);
    assertThat(failed.failure().message()).contains("20261121T021500Z-k3v9q0ab", errant);
    assertThat(stage.listed()).as("the origin only").hasSize(1);
  }

  private SeedingFailed snapshotOfAnErrantServer(
      String seeding, MysqlServerProcess server, SeedingOrigin origin) throws InterruptedException {
    try (var _ = stage.start()) {
      var _ = stage.assign(seeding, Goal.CHECK, origin);
      var _ = stage.hearChecked(SeedingStage.CHECK);
      server.execute("SET GLOBAL super_read_only = OFF");
      server.writeRows(1);
      server.execute("SET GLOBAL super_read_only = ON");
      var _ = stage.assign(seeding, Goal.SNAPSHOT, origin);
      return stage.hearFailed();
    }
  }

  /** A backup in the store of a server that had executed this. */
  private String backup(String gtidExecuted, String id) {
    ManifestHeader header =
        new ManifestHeader(
            new BackupId(id),
            ProofStage.SHARD,
            Instant.now(),
            MysqlVersion.parse("9.7.0"),
            Map.of(),
            GtidSet.parse(gtidExecuted),
            GtidSet.parse(""),
            new UUID(1, 1),
            null,
            null);
    new SnapshotWriter(stage.store(), SnapshotOptions.defaults(), new SecureRandom())
        .write(
            header,
            SnapshotSource.scan(Map.of("data", stage.state()), _ -> true),
            JobMonitor.SILENT);
    return id;
  }

  @Test
  void refusesAServerThatDiedInsteadOfStopping() throws InterruptedException {
    MysqlServerProcess server = stage.dedicated("died");
    ProofJob.Position position =
        StoppingServer.note(server.local(), site.fleet().accounts().agent(), ProofStage.PATIENCE);
    JobId job = new JobId("died", 1);
    try (JobFiles<ProofJob> jobs = JobFiles.open(site.host().resolve("proofs"), ProofAgent.JOBS)) {
      ProofJob.Noted noted = new ProofJob.Noted(Instant.now(), position);
      jobs.write(new ProofJob(job, "20261121T021500Z-k3v9q0ax", Instant.now(), noted));
      assertThat(jobs.readAll().jobs())
          .filteredOn(read -> read.id().equals(job))
          .extracting(ProofJob::state)
          .containsExactly(noted);
    }
    server.kill();
    try (var _ = stage.start()) {
      var _ = stage.assign("died", Goal.SNAPSHOT);
      check(stage.hearFailed(), SeedingStage.SNAPSHOT, "UNCLEAN_STOP", FailureClass.TRANSIENT);
    }
    assertThat(stage.listed()).isEmpty();
  }
}
