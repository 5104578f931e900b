package io.reseed.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.events.BackupRestored;
import io.reseed.events.DeadLetter;
import io.reseed.events.Event;
import io.reseed.events.FailoverFact.ClaimAnswered;
import io.reseed.events.FailoverFact.ClaimAnswered.Outcome;
import io.reseed.events.FailoverFact.ReplicaHandedOver;
import io.reseed.events.FailoverFact.ReplicaRequested;
import io.reseed.events.FailoverFact.ServerWithdrawn;
import io.reseed.events.HostStatus;
import io.reseed.events.HostStatus.HeldServer;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.PrimaryFailed;
import io.reseed.events.ReplicaCaughtUp;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.ShardDeclared;
import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.events.Topic;
import io.reseed.events.WorkPaused;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.fleet.PauseScope;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.Publication;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.Replication;
import io.reseed.service.ServiceParts;
import io.reseed.service.StoreConfig;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.MysqlShard;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole service but for its Quarkus shell: a failover on real servers, Kafka and S3. */
@Tag("slow")
class FailoverServiceTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final ShardName SHARD = ShardName.parse("commerce/-80");
  private static final ShardName MISTYPED = ShardName.parse("comerce/-80");
  private static final ShardName LATE = ShardName.parse("commerce/80-");

  @TempDir static Path folder;
  private static final ScheduledExecutorService HEARTBEATS =
      Executors.newSingleThreadScheduledExecutor();
  private static EventTopics topics;
  private static EventPublisher publisher;
  private static ServiceParts service;
  private static KafkaRecords records;
  private static volatile List<HeldServer> held = List.of();
  private static volatile ServerAddress hostAddress;

  @BeforeAll
  static void start() throws InterruptedException {
    List<String> names = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      names.add(KAFKA.createTopic(topic.baseName(), 3));
    }
    TestConfig config =
        new TestConfig()
            .kafka(KAFKA.bootstrapServers(), KAFKA.prefix(), folder.resolve("state"))
            .store(S3.front(), S3.bucket())
            .observer(MYSQL.fleet().accounts().observer());
    topics = new EventTopics(KAFKA.prefix(), "test", "test");
    publisher =
        EventPublisher.open(
            Map.of("bootstrap.servers", KAFKA.bootstrapServers()), Duration.ofSeconds(10));
    records = KafkaRecords.of(KAFKA.bootstrapServers(), names);
    hostAddress = MYSQL.fleet().nextAddress();
    service =
        ServiceParts.open(
            new FailoverApplication(config.mapped()),
            Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
            new SimpleMeterRegistry());
    var _ =
        HEARTBEATS.scheduleAtFixedRate(
            FailoverServiceTest::heartbeat, 0, 500, TimeUnit.MILLISECONDS);
  }

  @AfterAll
  static void stop() {
    HEARTBEATS.shutdownNow();
    service.close();
    publisher.close();
    records.close();
  }

  private static void heartbeat() {
    var _ =
        publisher.publish(
            topics.publication(
                new HostStatus(
                    "spare",
                    HostStatus.Pool.REPLICA,
                    "zone-a",
                    hostAddress.host(),
                    1L << 40,
                    2,
                    held,
                    System.nanoTime() >>> 1,
                    Instant.now(),
                    null),
                Instant.now()));
  }

  @Test
  void aDeadPrimaryIsNoticedItsSuccessorVerifiedAndTheLostReplicaReplaced() throws Exception {
    MysqlShard fleet = MYSQL.fleet().newShard("s", 2);
    fleet.primary().writeRows(20);
    fleet.replicas().forEach(replica -> replica.awaitCaughtUpWith(fleet.primary(), PATIENCE));
    ServerAddress failed = fleet.primary().address();
    MysqlServerProcess promoted = fleet.replicas().getFirst();
    MysqlServerProcess follower = fleet.replicas().getLast();
    publish(
        new ShardDeclared(SHARD, 2, fleet.servers().stream().map(s -> s.address()).toList(), null));
    ShardStatus whole = awaitStatus(SHARD, status -> status.condition() == Condition.WHOLE);
    assertThat(whole.primary()).isEqualTo(failed);

    writeBackup(GtidSet.parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5")); // fits nobody
    fleet.primary().kill();
    PrimaryFailed found = await(Topic.PRIMARY_FAILED, PrimaryFailed.class, event -> true);
    assertThat(found.failed()).isEqualTo(failed);
    assertThat(found.promoted()).isNull();
    assertThat(found.publisher()).isEqualTo("failover-detector");
    awaitStatus(SHARD, status -> code(status).equals("PROMOTION_AWAITED"));

    try (MysqlSession session = promoted.open()) {
      Replication.promote(session);
    }
    follower.replicateFrom(promoted, PATIENCE);
    publish(failed(SHARD, failed, promoted.address()));
    publish(failed(SHARD, failed, promoted.address()));
    answered(failed, promoted.address());
    ShardStatus blocked = awaitStatus(SHARD, status -> code(status).equals("NO_BACKUP"));
    assertThat(blocked.condition()).isEqualTo(Condition.BLOCKED);
    assertThat(Objects.requireNonNull(blocked.failure()).message()).contains("ERRANT_TRANSACTIONS");
    assertThat(blocked.primary()).isEqualTo(promoted.address());

    PauseScope pause = PauseScope.of(SHARD);
    publish(new WorkPaused(pause, "reboots", "ann", Instant.now(), null));
    awaitStatus(SHARD, status -> code(status).equals("PAUSED"));
    String backup = writeBackup(promoted.gtidExecuted());
    Instant written = Instant.now();
    awaitStatus(
        SHARD,
        status ->
            code(status).equals("PAUSED") && status.updatedAt().isAfter(written.plusSeconds(3)));
    assertThat(records.readToEnd(topics.name(Topic.REPLICA_REQUESTED))).isEmpty();
    publish(topics.tombstone(Topic.WORK_PAUSED, pause.toString(), pause.toString()));
    ReplicaRequested requested =
        await(Topic.REPLICA_REQUESTED, ReplicaRequested.class, event -> true);
    assertThat(requested.replicasHealthy()).isEqualTo(1);
    SeedingAssigned assigned = await(Topic.SEEDING_ASSIGNED, SeedingAssigned.class, event -> true);
    assertThat(assigned.origin()).isEqualTo(new SeedingOrigin.Backup(backup));
    assertThat(assigned.host()).isEqualTo("spare");
    assertThat(assigned.source()).isEqualTo(promoted.address());
    assertThat(assigned.goal()).isEqualTo(Goal.MAKE);
    handOver(assigned, promoted);
    anUndeclaredShardIsHandledOnceItIsDeclared(failed, promoted, follower);
  }

  private static void answered(ServerAddress failed, ServerAddress promoted) {
    var answer =
        await(
            Topic.CLAIM_ANSWERED,
            ClaimAnswered.class,
            event ->
                event.publisher().equals("test-manager") && event.outcome() == Outcome.SUCCEEDED);
    assertThat(answer.primary()).isEqualTo(promoted);
    await(Topic.SERVER_WITHDRAWN, ServerWithdrawn.class, out -> out.server().equals(failed));
  }

  /** The agents' work, done here: a real server that replicates from the new primary. */
  private static void handOver(SeedingAssigned assigned, MysqlServerProcess promoted)
      throws InterruptedException {
    MysqlServerProcess server = MYSQL.fleet().newServer("seeded", hostAddress, Map.of());
    held = List.of(heldAs(assigned, HeldState.RESTORED));
    publish(
        new BackupRestored(
            SHARD,
            assigned.seeding(),
            1,
            SeedingPurpose.REPLICA,
            "spare",
            hostAddress,
            "uuid",
            assigned.origin(),
            "",
            1,
            1,
            1));
    server.replicateFrom(promoted, PATIENCE);
    publish(
        new ReplicaCaughtUp(
            SHARD,
            assigned.seeding(),
            1,
            SeedingPurpose.REPLICA,
            "spare",
            hostAddress,
            "uuid",
            assigned.source(),
            "",
            1,
            0,
            1,
            null));
    await(Topic.SEEDING_ASSIGNED, SeedingAssigned.class, event -> event.goal() == Goal.KEEP);
    awaitStatus(
        SHARD,
        status ->
            status.condition() == Condition.WHOLE
                && status.members().stream().anyMatch(m -> m.server().equals(hostAddress)));
    var yours = await(Topic.REPLICA_HANDED_OVER, ReplicaHandedOver.class, event -> true);
    assertThat(yours.server()).isEqualTo(hostAddress);
    held = List.of(heldAs(assigned, HeldState.KEPT));
    records.awaitRecord(
        topics.name(Topic.SEEDING_ASSIGNED),
        record -> record.key().equals(assigned.seeding()) && record.value() == null,
        PATIENCE);
  }

  private static HeldServer heldAs(SeedingAssigned assigned, HeldState state) {
    return new HeldServer(SHARD, assigned.seeding(), 1, state, hostAddress);
  }

  private static void anUndeclaredShardIsHandledOnceItIsDeclared(
      ServerAddress failed, MysqlServerProcess promoted, MysqlServerProcess follower)
      throws InterruptedException {
    publish(failed(LATE, failed, promoted.address()));
    awaitStatus(LATE, status -> status.condition() == Condition.UNDECLARED);
    publish(failed(MISTYPED, failed, promoted.address()));
    awaitStatus(MISTYPED, status -> status.condition() == Condition.UNDECLARED);
    forget(MISTYPED);

    publish(new ShardDeclared(LATE, 5, List.of(follower.address()), null));
    ShardStatus status = awaitStatus(LATE, s -> s.primary() != null);

    assertThat(status.primary()).isEqualTo(promoted.address());
    ShardStatus blocked = awaitStatus(LATE, one -> code(one).equals("NO_BACKUP"));
    assertThat(blocked.condition()).isEqualTo(Condition.BLOCKED);
    forget(LATE);
  }

  private static void forget(ShardName shard) throws InterruptedException {
    publish(topics.tombstone(Topic.SHARD_DECLARED, shard.toString(), shard.toString()));
    records.awaitRecord(
        topics.name(Topic.SHARD_STATUS),
        record -> record.key().equals(shard.toString()) && record.value() == null,
        PATIENCE);
  }

  @Test
  void aRecordThatCannotBeReadGoesToTheDeadLetters() throws InterruptedException {
    publish(
        Publication.of(
            topics.name(Topic.PRIMARY_FAILED),
            "junk",
            Map.of(),
            "{\"shard\":".getBytes(StandardCharsets.UTF_8)));

    DeadLetter letter = await(Topic.DEAD_LETTERS, DeadLetter.class, event -> true);

    assertThat(letter.sourceTopic()).isEqualTo(topics.name(Topic.PRIMARY_FAILED));
    assertThat(letter.service()).isEqualTo("failover-detector");
  }

  private static String writeBackup(GtidSet executed) throws IOException {
    StoreConfig settings =
        new TestConfig()
            .kafka("unused", "unused", folder)
            .observer(MYSQL.fleet().accounts().observer())
            .store(S3.front(), S3.bucket())
            .mapped()
            .store();
    try (ObjectStore store = S3Store.open(FailoverConfig.settings(settings))) {
      return SmallBackup.write(store, SHARD, executed, folder).toString();
    }
  }

  private static PrimaryFailed failed(
      ShardName shard, ServerAddress failed, ServerAddress promoted) {
    return new PrimaryFailed(
        shard, failed, promoted, "it was killed", Instant.now(), "uid-1", "test-manager");
  }

  private static String code(ShardStatus status) {
    return status.failure() == null ? "" : status.failure().code();
  }

  private static void publish(Event event) throws InterruptedException {
    publish(topics.publication(event, Instant.now()));
  }

  private static void publish(Publication publication) throws InterruptedException {
    publisher.publishAndWait(publication);
  }

  private static ShardStatus awaitStatus(ShardName shard, Predicate<ShardStatus> condition) {
    return await(
        Topic.SHARD_STATUS,
        ShardStatus.class,
        status -> status.shard().equals(shard) && condition.test(status));
  }

  private static <E extends Event> E await(Topic topic, Class<E> type, Predicate<E> condition) {
    ConsumerRecord<String, byte[]> found =
        records.awaitRecord(
            topics.name(topic),
            record ->
                record.value() != null
                    && !record.key().equals("junk")
                    && condition.test(decoded(topic, type, record)),
            PATIENCE);
    return decoded(topic, type, found);
  }

  private static <E extends Event> E decoded(
      Topic topic, Class<E> type, ConsumerRecord<String, byte[]> found) {
    ConsumerRecord<byte[], byte[]> raw =
        new ConsumerRecord<>(
            found.topic(),
            found.partition(),
            found.offset(),
            found.key().getBytes(StandardCharsets.UTF_8),
            found.value());
    found.headers().forEach(raw.headers()::add);
    return switch (topics.decode(topic, raw)) {
      case DecodedEvent.Valid valid -> type.cast(valid.event());
      case DecodedEvent.Tombstone tombstone -> throw new AssertionError(tombstone);
      case DecodedEvent.Rejected rejected ->
          // the test itself publishes one that nobody can read
          throw new AssertionError(rejected.failure());
    };
  }
}
