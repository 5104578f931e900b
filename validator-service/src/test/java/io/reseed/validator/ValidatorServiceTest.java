package io.reseed.validator;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.format.Verdict;
import io.reseed.backup.restore.Restore;
import io.reseed.backup.restore.RestoreJob;
import io.reseed.backup.restore.RestoreOptions;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.events.Assignment;
import io.reseed.events.BackupCreated;
import io.reseed.events.BackupRequested;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupValidated;
import io.reseed.events.CycleKind;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Health;
import io.reseed.events.ShardStatus.Role;
import io.reseed.events.Topic;
import io.reseed.events.ValidationRequested;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.ServerSpec;
import io.reseed.service.ServiceParts;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import io.reseed.testkit.Scratch;
import io.reseed.validator.cycle.Story;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The whole service but for its Quarkus shell, on a real Kafka, a real store and real servers; the
 * test plays the other services. Each test has its own topics and its own part of the store.
 */
@Tag("slow")
class ValidatorServiceTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  private static final Duration PATIENCE = Duration.ofMinutes(3);
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
    makeAndProveABackup();
  }

  @Test
  @Tag("long")
  void makesBackupsInAFolderThatAllHostsShare() throws IOException, InterruptedException {
    Path folder = state.resolve("store");
    Files.createDirectories(folder.resolve(S3.bucket()));
    settings.with("reseed.store.endpoint", folder.toUri().toString());
    List.of("access-key", "secret-key", "region", "path-style")
        .forEach(key -> settings.without("reseed.store." + key));
    store.close();
    store = Settings.store(settings.config()).open();
    makeAndProveABackup();
  }

  private void makeAndProveABackup() throws InterruptedException {
    try (ServiceParts service = start()) {
      MysqlServerProcess replica = replica("replica");
      talk.beat(TestSettings.hostStatus());
      talk.say(shardStatus(replica));
      SeedingAssigned made =
          talk.hear(Topic.SEEDING_ASSIGNED, SeedingAssigned.class, one -> one.goal() == Goal.MAKE);
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

      assertThat(goals(Topic.SEEDING_ASSIGNED)).containsExactly("MAKE", "REPLICATE", "HOLD");
      assertThat(goals(Topic.PROOF_ASSIGNED)).containsExactly("CHECK", "SNAPSHOT", "READ_BACK");
      assertThat(GtidSet.parse(created.gtidSet())).isEqualTo(executed);
      assertThat(server.isRunning()).isFalse();
      checkRestored(created, executed);
      BackupStatus status =
          talk.hear(
              Topic.BACKUP_STATUS,
              BackupStatus.class,
              s -> !s.backups().isEmpty() && s.cycle() == null);
      assertThat(status.backups().getFirst().backup()).isEqualTo(created.backup());
      assertThat(status.backups().getFirst().degree()).isEqualTo(BackupStatus.Degree.RESTORABLE);
      assertThat(status.proven()).isTrue();
      assertThat(
              service
                  .meters()
                  .get("reseed.cycles")
                  .tag("outcome", "backup-made")
                  .functionCounter()
                  .count())
          .isEqualTo(1);
      proveByARegularCycle(created);
    }
  }

  private List<String> goals(Topic topic) {
    return talk.all(topic).stream()
        .map(
            event ->
                switch ((Assignment) event) {
                  case SeedingAssigned seeding -> seeding.goal().toString();
                  case ProofAssigned proof -> proof.goal().toString();
                })
        .toList();
  }

  /** The next cycle is asked for; the test plays the restore. */
  private void proveByARegularCycle(BackupCreated prior) throws InterruptedException {
    talk.say(
        new BackupRequested(
            Story.SHARD, "request-1", CycleKind.REGULAR, null, Instant.now(), "test"));
    SeedingAssigned made =
        talk.hear(
            Topic.SEEDING_ASSIGNED,
            SeedingAssigned.class,
            one -> one.goal() == Goal.MAKE && one.origin() instanceof SeedingOrigin.Backup);
    assertThat(made.origin()).isEqualTo(new SeedingOrigin.Backup(prior.backup()));
    MysqlServerProcess server = replica(made.seeding() + "." + made.attempt());
    talk.say(caughtUp(made, server));
    BackupCreated next =
        talk.hear(
            Topic.BACKUP_CREATED, BackupCreated.class, b -> b.seeding().equals(made.seeding()));
    BackupValidated validated = talk.hear(Topic.BACKUP_VALIDATED, BackupValidated.class, _ -> true);
    assertThat(validated.backup()).isEqualTo(prior.backup());
    assertThat(validated.next()).isEqualTo(next.backup());
    talk.hearEnd(made.seeding());
    BackupStatus status =
        talk.hear(
            Topic.BACKUP_STATUS,
            BackupStatus.class,
            s -> s.backups().size() == 2 && s.cycle() == null);
    assertThat(status.backups())
        .extracting(BackupStatus.Backup::degree)
        .containsExactly(BackupStatus.Degree.RESTORABLE, BackupStatus.Degree.VALIDATED);
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(new Catalogue(store).verdict(SHARD, new BackupId(next.backup())))
                    .hasValueSatisfying(
                        v -> assertThat(v.outcome()).isEqualTo(Verdict.Outcome.RESTORABLE)));
  }

  private void checkRestored(BackupCreated created, GtidSet executed) {
    Path folder = scratch.path().resolve("host").resolve("servers").resolve("restored");
    ServerSpec spec =
        ServerSpec.of(folder, fleet.nextAddress(), 4_711, 64)
            .withFenced(true)
            .withSettings(fleet.tlsOptions());
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
    try (ServiceParts _ = start()) {
      talk.say(shardStatus(primary));
      BackupStatus blocked =
          talk.hear(
              Topic.BACKUP_STATUS,
              BackupStatus.class,
              s -> s.failure() != null && s.failure().code().equals("NO_BACKUP_HOST"));
      assertThat(blocked.headline()).startsWith("NO PROVEN BACKUP.").contains("NO_BACKUP_HOST");
      talk.beat(TestSettings.hostStatus());
      SeedingAssigned made = talk.hear(Topic.SEEDING_ASSIGNED, SeedingAssigned.class, _ -> true);
      assertThat(made.host()).isEqualTo(TestSettings.HOST);
    }
  }

  private ServiceParts start() throws InterruptedException {
    return TestSettings.open(settings.values(), SnapshotOptions.defaults());
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
                new ShardStatus.Member(
                    address(primary), Role.PRIMARY, Health.HEALTHY, null, null, null, null),
                new ShardStatus.Member(
                    address(replica), Role.REPLICA, Health.HEALTHY, 0L, null, null, null))
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
        1,
        null);
  }

  private static ServerAddress address(MysqlServerProcess server) {
    return server.address();
  }
}
