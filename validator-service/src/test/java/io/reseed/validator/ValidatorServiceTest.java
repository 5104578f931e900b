package io.reseed.validator;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.format.BackupId;
import io.reseed.backup.format.ShardName;
import io.reseed.backup.restore.Restore;
import io.reseed.backup.restore.RestoreJob;
import io.reseed.backup.restore.RestoreOptions;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.events.BackupCreated;
import io.reseed.events.BackupStatus;
import io.reseed.events.FailureClass;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerAddress;
import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Health;
import io.reseed.events.ShardStatus.Role;
import io.reseed.events.Topic;
import io.reseed.events.ValidationRequested;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.ServerSpec;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.OsProcess;
import io.reseed.testkit.S3Extension;
import io.reseed.testkit.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The whole service but for its Quarkus shell, on a real Kafka, a real store and real servers; the
 * test plays the other services. Each test has its own topics and its own part of the store.
 */
class ValidatorServiceTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.dedicated();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ShardName SHARD = new ShardName("commerce", "-80");

  private static Scratch scratch;
  private static MysqlFleet fleet;
  private static MysqlServerProcess primary;

  private Talk talk;
  private TestSettings settings;
  private ObjectStore store;
  private Path state;

  @BeforeAll
  static void startPrimary() {
    scratch = Scratch.folder("validator");
    fleet = MysqlFleet.in(scratch.path().resolve("host").resolve("servers"));
    primary = fleet.newServer("primary");
    primary.writeRows(20);
    primary.execute("CREATE TABLE fleet.bulk (id INT AUTO_INCREMENT PRIMARY KEY, b LONGBLOB)");
    for (int i = 0; i < 12; i++) {
      // what cannot be compressed takes its time
      primary.execute(
          "INSERT INTO fleet.bulk (b) WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n"
              + " WHERE i < 900) SELECT RANDOM_BYTES(1024) FROM n");
    }
  }

  @AfterAll
  static void stopServers() {
    fleet.close();
    scratch.close();
  }

  @BeforeEach
  void prepare(TestInfo test) throws IOException {
    String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    String prefix = KAFKA.prefix() + name.substring(0, Math.min(40, name.length())) + "-";
    talk = new Talk(KAFKA, prefix);
    state = Files.createDirectories(scratch.path().resolve(name));
    settings =
        new TestSettings(KAFKA, S3.front(), fleet)
            .with("reseed.kafka.topic-prefix", prefix)
            .with("reseed.store.bucket", S3.bucket())
            .with("reseed.store.prefix", name)
            .in(scratch.path().resolve("host"), state);
    store = S3Store.open(Settings.store(settings.config()));
  }

  @AfterEach
  void close() {
    fleet.servers().stream().filter(server -> server != primary).forEach(fleet::destroy);
    store.close();
    talk.close();
  }

  @Test
  void makesAShardsFirstBackupFromWhichAServerComesUpWithExactlyTheSameTransactions()
      throws InterruptedException {
    try (ValidatorService service = start()) {
      MysqlServerProcess replica = replica("replica");
      talk.say(TestSettings.hostStatus());
      talk.say(shardStatus(replica));
      SeedingAssigned made =
          talk.hear(
              Topic.SEEDING_ASSIGNED, SeedingAssigned.class, wish -> wish.goal() == Goal.MAKE);
      assertThat(made.origin()).isEqualTo(new SeedingOrigin.Donor(address(replica)));
      assertThat(made.host()).isEqualTo(TestSettings.HOST);
      assertThat(talk.all(Topic.VALIDATION_REQUESTED))
          .singleElement()
          .isInstanceOf(ValidationRequested.class);

      MysqlServerProcess server = replica(made.seeding() + "." + made.attempt());
      GtidSet executed = server.gtidExecuted();
      talk.say(caughtUp(made, server));
      BackupCreated created = talk.hear(Topic.BACKUP_CREATED, BackupCreated.class, _ -> true);
      talk.hearEnd(made.seeding());

      assertThat(GtidSet.parse(created.gtidSet())).isEqualTo(executed);
      assertThat(server.isRunning()).isFalse();
      checkRestored(created, executed);
      BackupStatus status =
          talk.hear(
              Topic.BACKUP_STATUS,
              BackupStatus.class,
              s -> !s.backups().isEmpty() && s.cycle() == null);
      assertThat(status.backups().getFirst().backup()).isEqualTo(created.backup());
      assertThat(service.shards().values())
          .singleElement()
          .satisfies(shard -> assertThat(shard.tally().backupsMade()).isEqualTo(1));
    }
  }

  private void checkRestored(BackupCreated created, GtidSet executed) {
    Path folder = scratch.path().resolve("host").resolve("servers").resolve("restored");
    ServerSpec spec = ServerSpec.of(folder, fleet.nextAddress(), 4_711, 64).withFenced(true);
    LocalServer restored = LocalServer.create(spec, fleet.tree());
    new Restore(store, RestoreOptions.defaults())
        .run(
            new RestoreJob(
                SHARD,
                new BackupId(created.backup()),
                Map.of("data", restored.dataDirectory()),
                state.resolve("restore")),
            JobMonitor.SILENT);
    restored.start(PATIENCE);
    try (MysqlSession session = restored.open(fleet.accounts().admin())) {
      assertThat(session.gtidExecuted()).isEqualTo(executed);
      assertThat(session.queryValue("SELECT COUNT(*) FROM fleet.written")).hasValue("20");
      assertThat(session.serverUuid()).isNotEqualTo(manifestUuid(created));
    } finally {
      restored.destroy();
    }
  }

  private String manifestUuid(BackupCreated created) {
    return new Catalogue(store)
        .manifest(SHARD, new BackupId(created.backup()))
        .header()
        .sourceServerUuid()
        .toString();
  }

  @Test
  void saysWhyNoHostCanTakeAServerAndGoesOnWhenOneCan() throws InterruptedException {
    try (ValidatorService _ = start()) {
      talk.say(shardStatus(primary));
      BackupStatus blocked =
          talk.hear(Topic.BACKUP_STATUS, BackupStatus.class, s -> s.failure() != null);
      assertThat(blocked.failure()).isNotNull();
      assertThat(blocked.headline()).contains("NO_BACKUP_HOST");
      talk.say(TestSettings.hostStatus());
      SeedingAssigned made = talk.hear(Topic.SEEDING_ASSIGNED, SeedingAssigned.class, _ -> true);
      assertThat(made.host()).isEqualTo(TestSettings.HOST);
    }
  }

  @Test
  void commitsExactlyOneBackupAlthoughItWasKilledInTheMiddleOfTheUpload()
      throws InterruptedException, IOException {
    SeedingAssigned wish = assign("killed");
    OsProcess first = ServiceProcess.start(settings, state);
    SeedingProgress midway =
        talk.hear(
            Topic.SEEDING_PROGRESS,
            SeedingProgress.class,
            p -> p.stage() == SeedingStage.SNAPSHOT && p.done() > 0);
    first.kill();
    assertThat(midway.done()).isLessThan(midway.total());
    assertThat(listed()).isEmpty();
    try (ValidatorService _ = start()) {
      BackupCreated created = talk.hear(Topic.BACKUP_CREATED, BackupCreated.class, _ -> true);
      assertThat(created.seeding()).isEqualTo(wish.seeding());
    }
    try (ValidatorService _ = start()) {
      Awaitility.await().atMost(PATIENCE).until(() -> talk.all(Topic.BACKUP_CREATED).size() > 1);
    }
    assertThat(talk.all(Topic.BACKUP_CREATED).stream().map(e -> ((BackupCreated) e).backup()))
        .containsOnly(listed().getFirst().id().text());
    assertThat(listed()).hasSize(1);
  }

  @Test
  void goesOnWhenTheStoreComesBackDuringTheSnapshot() throws InterruptedException {
    settings.with("reseed.validator.store-patience", "15s");
    SeedingAssigned wish = assign("patient");
    S3.front().stop();
    try (ValidatorService _ = start()) {
      SeedingProgress waiting =
          talk.hear(
              Topic.SEEDING_PROGRESS,
              SeedingProgress.class,
              p -> p.note() != null && p.note().contains("store"));
      assertThat(waiting.attempt()).isEqualTo(wish.attempt());
      S3.front().startAgain();
      assertThat(talk.hear(Topic.BACKUP_CREATED, BackupCreated.class, _ -> true).seeding())
          .isEqualTo(wish.seeding());
    } finally {
      S3.front().startAgain();
    }
    assertThat(listed()).hasSize(1);
  }

  @Test
  void failsCleanlyWhenTheStoreStaysAway() throws InterruptedException {
    settings.with("reseed.validator.store-patience", "3s");
    var _ = assign("impatient");
    S3.front().stop();
    try (ValidatorService _ = start()) {
      SeedingFailed failed = talk.hear(Topic.SEEDING_FAILED, SeedingFailed.class, _ -> true);
      assertThat(failed.failure().code()).isEqualTo("STORE_UNREACHABLE");
      assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT);
    } finally {
      S3.front().startAgain();
    }
    assertThat(listed()).isEmpty();
  }

  @Test
  void refusesAServerWithTransactionsThatThePrimaryLacks() throws InterruptedException {
    MysqlServerProcess server = replica("cycle-errant.1");
    server.execute("SET GLOBAL super_read_only = OFF");
    server.writeRows(1);
    server.execute("SET GLOBAL super_read_only = ON");
    talk.say(wish("cycle-errant"));
    try (ValidatorService _ = start()) {
      SeedingFailed failed = talk.hear(Topic.SEEDING_FAILED, SeedingFailed.class, _ -> true);
      assertThat(failed.failure().code()).isEqualTo("BACKUP_NOT_SUBSET");
      assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.BAD_BACKUP);
      assertThat(failed.stage()).isEqualTo(SeedingStage.SNAPSHOT);
    }
    assertThat(listed()).isEmpty();
  }

  @Test
  void refusesAServerThatDiedInsteadOfStopping() throws InterruptedException {
    MysqlServerProcess server = replica("cycle-died.1");
    ProofJob.Position position = StoppingServer.note(server.local(), fleet.accounts().agent());
    ProofJob.Attempt attempt = new ProofJob.Attempt("cycle-died", 1);
    try (ProofJobs jobs = ProofJobs.open(scratch.path().resolve("host"))) {
      jobs.write(
          new ProofJob(
              attempt, "20261121T021500Z-k3v9q0ax", Instant.now(), new ProofJob.Noted(position)));
      assertThat(jobs.read(attempt))
          .hasValueSatisfying(
              job -> assertThat(job.state()).isEqualTo(new ProofJob.Noted(position)));
    }
    server.kill();
    talk.say(wish("cycle-died"));
    try (ValidatorService _ = start()) {
      SeedingFailed failed = talk.hear(Topic.SEEDING_FAILED, SeedingFailed.class, _ -> true);
      assertThat(failed.failure().code()).isEqualTo("UNCLEAN_STOP");
    }
    assertThat(listed()).isEmpty();
  }

  @Test
  void refusesAServerThatIsNotThereAndForgetsTheJobWithTheWish() throws InterruptedException {
    talk.say(wish("cycle-nowhere"));
    Path jobFile = scratch.path().resolve("host/snapshots/cycle-nowhere.1.json");
    try (ValidatorService _ = start()) {
      SeedingFailed failed = talk.hear(Topic.SEEDING_FAILED, SeedingFailed.class, _ -> true);
      assertThat(failed.failure().code()).isEqualTo("SERVER_LOST");
      assertThat(jobFile).exists();
      talk.end("cycle-nowhere");
      Awaitility.await().atMost(PATIENCE).until(() -> !Files.exists(jobFile));
    }
  }

  private ValidatorService start() throws InterruptedException {
    return ValidatorService.start(settings.config(), SnapshotOptions.defaults());
  }

  private List<ListedBackup> listed() {
    return new Catalogue(store).list(SHARD);
  }

  /** Has a caught-up server of the shard snapshotted. */
  private SeedingAssigned assign(String name) throws InterruptedException {
    var _ = replica("cycle-" + name + ".1");
    SeedingAssigned wish = wish("cycle-" + name);
    talk.say(wish);
    return wish;
  }

  private static SeedingAssigned wish(String seeding) {
    return new SeedingAssigned(
        Story.SHARD,
        seeding,
        1,
        SeedingPurpose.VALIDATION,
        Goal.SNAPSHOT,
        TestSettings.HOST,
        address(primary),
        address(primary),
        new SeedingOrigin.Donor(address(primary)),
        null);
  }

  private static MysqlServerProcess replica(String name) {
    MysqlServerProcess server = fleet.newServer(name);
    server.replicateFrom(primary, PATIENCE);
    server.awaitCaughtUpWith(primary, PATIENCE);
    return server;
  }

  private static ShardStatus shardStatus(MysqlServerProcess replica) {
    List<ShardStatus.Member> members =
        Stream.of(
                new ShardStatus.Member(address(primary), Role.PRIMARY, Health.HEALTHY, null, null),
                new ShardStatus.Member(address(replica), Role.REPLICA, Health.HEALTHY, 0L, null))
            .distinct()
            .limit(replica.equals(primary) ? 1 : 2)
            .toList();
    return new ShardStatus(
        Story.SHARD,
        ShardStatus.Condition.WHOLE,
        "fine",
        null,
        address(primary),
        members.size() - 1,
        members,
        List.of(),
        Instant.now());
  }

  private static ReplicaCaughtUp caughtUp(SeedingAssigned made, MysqlServerProcess server) {
    return new ReplicaCaughtUp(
        made.shard(),
        made.seeding(),
        made.attempt(),
        made.purpose(),
        made.host(),
        address(server),
        "uuid",
        made.source(),
        server.gtidExecuted().toString(),
        0,
        0,
        1);
  }

  private static ServerAddress address(MysqlServerProcess server) {
    return new ServerAddress(server.address().host(), server.address().port());
  }
}
