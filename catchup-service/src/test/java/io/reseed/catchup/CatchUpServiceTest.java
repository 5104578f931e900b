package io.reseed.catchup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reseed.events.BackupRestored;
import io.reseed.events.Event;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Probe;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.service.ServiceParts;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.SmallDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole service but for its Quarkus shell, on a real Kafka and real servers. */
@Tag("slow")
class CatchUpServiceTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir static Path folder;
  private final List<String> seedings = new ArrayList<>();
  private static EventTopics topics;
  private static ServiceParts service;
  private static EventPublisher publisher;
  private static MysqlServerProcess primary;
  private static MysqlServerProcess errant; // has what no other server has, and is fenced

  @BeforeAll
  static void start() throws InterruptedException {
    for (Topic topic : Topic.values()) {
      KAFKA.createTopic(topic.baseName(), 2);
    }
    CatchUpConfig config =
        TestSettings.config(KAFKA, folder.resolve("state"), MYSQL.fleet().accounts());
    topics = new EventTopics(KAFKA.prefix(), "catchup-service", "test");
    Map<String, String> kafka = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    publisher = EventPublisher.open(kafka, Duration.ofSeconds(10));
    service = ServiceParts.open(new CatchUpApplication(config), kafka, new SimpleMeterRegistry());
    primary = MYSQL.fleet().newServer("primary");
    primary.writeRows(50);
    errant = MYSQL.fleet().newServer("errant");
    errant.writeRows(1);
    errant.execute("SET GLOBAL super_read_only = ON");
  }

  @AfterEach
  void endSeedings() throws InterruptedException {
    for (String seeding : seedings) {
      publisher.publishAndWait(topics.tombstone(Topic.SEEDING_ASSIGNED, seeding, "commerce/-80"));
    }
    MYSQL.fleet().servers().stream()
        .filter(server -> server != primary && server != errant)
        .forEach(MYSQL.fleet()::destroy);
  }

  @AfterAll
  static void stop() {
    service.close();
    publisher.close();
  }

  @Test
  void attachesAFencedServerAndAnnouncesItWhenItCaughtUp() throws InterruptedException {
    MysqlServerProcess server = seededBeforeARotation();
    assign("good", server);
    ReplicaCaughtUp caughtUp = await(ReplicaCaughtUp.class, "good");
    assertThat(caughtUp.source()).isEqualTo(primary.address());
    assertThat(caughtUp.transactionsReplayed()).isGreaterThanOrEqualTo(50);
    assertThat(server.rowCount()).isEqualTo(50);
    try (MysqlSession session = server.open()) {
      assertThat(session.probe().superReadOnly()).isTrue();
    }
  }

  @Test
  void refusesACopyWithTransactionsThatTheSourceLacks() throws InterruptedException {
    assign("errant", errant);
    SeedingFailed failed = await(SeedingFailed.class, "errant");
    assertThat(failed.failure().code()).isEqualTo("ERRANT_TRANSACTIONS");
    assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.BAD_BACKUP);
    assertThat(failed.failure().message()).contains(errant.address().toString());
  }

  @Test
  void refusesACopyThatNeedsWhatTheSourcePurged() throws InterruptedException {
    MysqlServerProcess source = MYSQL.fleet().newServer("purged");
    source.writeRows(5);
    source.execute("FLUSH BINARY LOGS");
    source.execute("PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY");
    MysqlServerProcess server = seeded("gap");
    assign("gap", server, source);
    SeedingFailed failed = await(SeedingFailed.class, "gap");
    assertThat(failed.failure().code()).isEqualTo("BINLOG_GAP");
    assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT); // it is sound
  }

  @Test
  void refusesACopyAndASourceThatMayLackRows() throws InterruptedException {
    MysqlServerProcess server = MYSQL.fleet().newServer("isam");
    server.execute("CREATE DATABASE legacy");
    server.execute("CREATE TABLE legacy.t (id INT PRIMARY KEY) ENGINE=MyISAM");
    assign("isam", asRestored(server));
    SeedingFailed ofCopy = await(SeedingFailed.class, "isam");
    assertThat(ofCopy.failure().code()).isEqualTo("ENGINE_NOT_CARRIED");
    assertThat(ofCopy.failure().message()).contains("legacy.t (MyISAM)");
    MysqlServerProcess source = MYSQL.fleet().newServer("filtered");
    source.execute("CHANGE REPLICATION FILTER REPLICATE_IGNORE_DB = (audit)");
    assign("partial", server, source);
    SeedingFailed ofSource = await(SeedingFailed.class, "partial");
    assertThat(ofSource.failure().code()).isEqualTo("PARTIAL_COPY");
    assertThat(ofSource.failure().message()).contains("REPLICATE_IGNORE_DB=audit");
  }

  @Test
  void refusesAServerThatCouldBeWritten() throws InterruptedException {
    errant.execute("SET GLOBAL read_only = OFF");
    try {
      assign("unfenced", errant);
      assertThat(await(SeedingFailed.class, "unfenced").failure().code())
          .isEqualTo("SERVER_NOT_FENCED");
    } finally {
      errant.execute("SET GLOBAL super_read_only = ON");
    }
  }

  @Test
  void givesUpOnAServerThatDiesInTheMiddle() throws InterruptedException {
    MysqlServerProcess server = seeded("dying");
    server.kill();
    assign("dying", server);
    SeedingFailed failed = await(SeedingFailed.class, "dying");
    assertThat(failed.failure().code()).isEqualTo("SERVER_UNREACHABLE");
    assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT);
  }

  @Test
  void blamesNoBackupForWhatItsServerReplayedFromADeadPrimary() throws InterruptedException {
    // as if its transaction came from a primary that died before it sent it on
    assign("replayed", errant, primary.address(), "");
    SeedingFailed failed = await(SeedingFailed.class, "replayed");
    assertThat(failed.failure().code()).isEqualTo("SOURCE_LACKS_TRANSACTIONS");
    assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT);
  }

  /** When it is told to follow another source, it still applies what its dead one had sent. */
  @Test
  void doesNotAttachAServerThatGoesBeyondItsSourceMeanwhile() throws Exception {
    MysqlServerProcess dead = MYSQL.fleet().newServer("dead");
    dead.writeRows(1);
    MysqlServerProcess next = MYSQL.fleet().newServer("next");
    MysqlServerProcess server = MYSQL.fleet().newServer("ahead");
    for (MysqlServerProcess replica : List.of(next, server)) {
      replica.replicateFrom(dead, PATIENCE);
      replica.awaitCaughtUpWith(dead, PATIENCE);
    }
    next.execute("STOP REPLICA");
    try (MysqlSession holder = server.open()) {
      holder.execute("LOCK TABLES fleet.written READ");
      dead.execute("INSERT INTO fleet.written (text) VALUES ('for one replica only')");
      GtidSet all = dead.gtidExecuted();
      GtidSet last = all.subtract(next.gtidExecuted());
      Awaitility.await().atMost(PATIENCE).until(() -> retrieved(server).contains(last));
      dead.kill();
      Runnable goOn =
          () -> {
            holder.execute("UNLOCK TABLES");
            Awaitility.await().atMost(PATIENCE).until(() -> server.gtidExecuted().contains(all));
          };
      try (HeldUpProxy source = new HeldUpProxy(next.address(), goOn)) {
        assign("ahead", server, source.address(), "");
        assertThat(await(SeedingFailed.class, "ahead").failure().code())
            .isEqualTo("SOURCE_LACKS_TRANSACTIONS");
      }
    }
  }

  private static GtidSet retrieved(MysqlServerProcess server) {
    try (MysqlSession session = server.open()) {
      return session.probe().replication().orElseThrow().retrieved();
    }
  }

  @Test
  void blamesTheBackupForRowsThatDiffer() throws InterruptedException {
    MysqlServerProcess server = withTableOfItsOwn("conflict", 1);
    assign("conflict", server);
    SeedingFailed failed = await(SeedingFailed.class, "conflict");
    assertThat(failed.failure().code()).isEqualTo("APPLY_CONFLICT");
    assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.BAD_BACKUP);
    assertThat(failed.backup()).isEqualTo("backup-1");
  }

  @Test
  void reportsAServerThatStandsStillWithoutAnErrorWhileItsSourceMovesOn()
      throws InterruptedException {
    MysqlServerProcess server = withTableOfItsOwn("stalled", 1_000);
    try (MysqlSession holder = server.open()) {
      holder.execute("LOCK TABLES fleet.written READ");
      assign("stalled", server);
      primary.execute("CREATE DATABASE IF NOT EXISTS moves_on");
      SeedingFailed failed = await(SeedingFailed.class, "stalled");
      assertThat(failed.failure().code()).isEqualTo("CATCH_UP_STALLED");
      assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT);
    }
  }

  /**
   * The relay log's disk is full: mysqld waits for space, and does not tell its status. The data is
   * on another disk, since InnoDB does not wait for space but ends mysqld.
   */
  @Test
  void namesTheFullDiskThatAServerWaitsFor() throws InterruptedException {
    assertNamesTheFullDisk(0);
  }

  @Test
  @Tag("long")
  void namesTheDiskThatIsFullInTheMiddleOfATransaction() throws InterruptedException {
    assertNamesTheFullDisk(4 << 20);
  }

  private void assertNamesTheFullDisk(long bytesLeft) throws InterruptedException {
    Optional<String> impossible = SmallDisk.whyImpossible();
    assumeTrue(impossible.isEmpty(), () -> impossible.orElse(""));
    String name = "full-" + bytesLeft;
    MysqlServerProcess source = MYSQL.fleet().newServer("source-of-" + name);
    Path fleet = Objects.requireNonNull(source.local().spec().directory().getParent());
    try (SmallDisk disk = SmallDisk.mount(fleet.resolve("disk-of-" + name), 16)) {
      MysqlServerProcess server = withRelayLogAt(disk, name);
      try {
        disk.fillUpTo(bytesLeft);
        source.execute("CREATE DATABASE blobs");
        source.execute("CREATE TABLE blobs.b (id INT PRIMARY KEY, b LONGBLOB)");
        for (int id = 0; id < 6; id++) {
          source.execute("INSERT INTO blobs.b VALUES (?, REPEAT('x', 3000000))", id);
        }
        assign(name, server, source);
        SeedingFailed failed = await(SeedingFailed.class, name);
        assertThat(failed.failure().code()).as(failed.failure().message()).isEqualTo("DISK_FULL");
        assertThat(failed.failure().failureClass()).isEqualTo(FailureClass.OPERATOR_MUST_ACT);
        Awaitility.await().atMost(PATIENCE).until(() -> waitingForDisk(server).isPresent());
      } finally {
        MYSQL.fleet().destroy(server);
      }
    }
  }

  private static MysqlServerProcess withRelayLogAt(SmallDisk disk, String name) {
    MysqlServerProcess server =
        MYSQL
            .fleet()
            .newServer(
                name,
                MYSQL.fleet().nextAddress(),
                Map.of("relay_log", disk.path().resolve("relay").toString()));
    server.execute("SET GLOBAL super_read_only = ON");
    return server;
  }

  private static Optional<String> waitingForDisk(MysqlServerProcess server) {
    return Probe.waitingForDisk(
        server.address(), MYSQL.fleet().accounts().observer(), Duration.ofSeconds(3));
  }

  /** It has the source's table with one row of its own, and no transaction for it. */
  private static MysqlServerProcess withTableOfItsOwn(String name, int row) {
    MysqlServerProcess server = MYSQL.fleet().newServer(name);
    try (MysqlSession session = server.open()) {
      session.execute("SET SESSION sql_log_bin = 0");
      session.execute("CREATE DATABASE fleet");
      session.execute(
          "CREATE TABLE fleet.written (id BIGINT AUTO_INCREMENT PRIMARY KEY, text VARCHAR(100)"
              + " NOT NULL)");
      session.execute("INSERT INTO fleet.written VALUES (?, 'not what the source has')", row);
    }
    server.execute("SET GLOBAL super_read_only = ON");
    return server;
  }

  private static MysqlServerProcess seededBeforeARotation() {
    MysqlServerProcess server = MYSQL.fleet().newServer("good");
    server.execute("ALTER USER reseed_observer IDENTIFIED BY 'of the backup''s time'");
    String now = MYSQL.fleet().accounts().observer().password();
    primary.execute("ALTER USER reseed_observer IDENTIFIED BY ?", now);
    return asRestored(server);
  }

  private static MysqlServerProcess seeded(String name) {
    return asRestored(MYSQL.fleet().newServer(name));
  }

  private static MysqlServerProcess asRestored(MysqlServerProcess server) {
    server.execute("RESET BINARY LOGS AND GTIDS");
    server.execute("SET GLOBAL super_read_only = ON");
    return server;
  }

  private void assign(String seeding, MysqlServerProcess server) throws InterruptedException {
    assign(seeding, server, primary);
  }

  private void assign(String seeding, MysqlServerProcess server, MysqlServerProcess source)
      throws InterruptedException {
    String restoredSet = server.isRunning() ? server.gtidExecuted().toString() : "";
    assign(seeding, server, source.address(), restoredSet);
  }

  private void assign(
      String seeding, MysqlServerProcess server, ServerAddress source, String restoredSet)
      throws InterruptedException {
    seedings.add(seeding);
    ShardName shard = ShardName.parse("commerce/-80");
    SeedingOrigin origin = new SeedingOrigin.Backup("backup-1");
    SeedingPurpose purpose = SeedingPurpose.REPLICA;
    publish(
        new SeedingAssigned(
            shard, seeding, 1, purpose, Goal.MAKE, "host-1", source, source, origin, null));
    publish(
        new BackupRestored(
            shard,
            seeding,
            1,
            purpose,
            "host-1",
            server.address(),
            "uuid",
            origin,
            restoredSet,
            1,
            1,
            1));
  }

  private static void publish(Event event) throws InterruptedException {
    publisher.publishAndWait(topics.publication(event, Instant.now()));
  }

  private static <E extends Event> E await(Class<E> type, String seeding) {
    Topic topic = type == ReplicaCaughtUp.class ? Topic.REPLICA_CAUGHT_UP : Topic.SEEDING_FAILED;
    String name = topics.name(topic);
    String part = "\"" + seeding + "\"";
    try (KafkaRecords records = KafkaRecords.of(KAFKA.bootstrapServers(), name)) {
      return type.cast(
          decoded(
              topic,
              records.awaitRecord(
                  name, it -> KafkaRecords.text(it).orElse("").contains(part), PATIENCE)));
    }
  }

  private static Event decoded(Topic topic, ConsumerRecord<String, byte[]> found) {
    ConsumerRecord<byte[], byte[]> raw =
        new ConsumerRecord<>(
            found.topic(),
            found.partition(),
            found.offset(),
            found.key().getBytes(StandardCharsets.UTF_8),
            found.value());
    found.headers().forEach(raw.headers()::add);
    return ((DecodedEvent.Valid) topics.decode(topic, raw)).event();
  }
}
