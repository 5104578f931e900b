package io.reseed.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reseed.events.Event;
import io.reseed.events.ShardDeclared;
import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.failover.machine.FailoverState;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.mysql.MysqlSession;
import io.reseed.service.ServiceParts;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A detector at work on a real server that it may not observe. */
class BlindDetectorTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir static Path folder;
  private static EventTopics topics;
  private static EventPublisher publisher;
  private static KafkaRecords records;
  private static FailoverApplication application;
  private static ServiceParts service;

  @BeforeAll
  static void start() throws InterruptedException {
    List<String> names = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      names.add(KAFKA.createTopic(topic.baseName(), 3));
    }
    topics = new EventTopics(KAFKA.prefix(), "test", "test");
    publisher =
        EventPublisher.open(
            Map.of("bootstrap.servers", KAFKA.bootstrapServers()), Duration.ofSeconds(10));
    records = KafkaRecords.of(KAFKA.bootstrapServers(), names);
    application =
        new FailoverApplication(
            new TestConfig()
                .kafka(KAFKA.bootstrapServers(), KAFKA.prefix(), folder.resolve("state"))
                .store(S3.front(), S3.bucket())
                .observer(MYSQL.fleet().accounts().observer())
                .mapped());
    service =
        ServiceParts.open(
            application,
            Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
            new SimpleMeterRegistry());
  }

  @AfterAll
  static void stop() {
    service.close();
    publisher.close();
    records.close();
  }

  @Test
  void whatKeepsTheDetectorFromLookingIsSaidAndEndsByItself() throws InterruptedException {
    ShardName shard = ShardName.parse("commerce/-80");
    MysqlServerProcess server = MYSQL.fleet().newShard("blind", 0).primary();
    publish(new ShardDeclared(shard, 0, List.of(server.address()), null));
    awaitStatus(shard, status -> status.condition() == Condition.WHOLE);

    observerIs(server, "LOCK");
    Instant lockedAt = Instant.now();
    ShardStatus blind =
        awaitStatus(shard, status -> status.failure() != null && status.primary() != null);

    assertThat(blind.condition()).isEqualTo(Condition.BLOCKED);
    Failure failure = Objects.requireNonNull(blind.failure());
    assertThat(failure.code()).isEqualTo("OBSERVATION_REFUSED");
    assertThat(failure.message()).contains(server.address().toString(), "locked");
    assertThat(blind.updatedAt()).as("the last observation").isBefore(lockedAt.plusSeconds(2));
    assertThat(unobserved(shard)).isEqualTo(1);

    observerIs(server, "UNLOCK");
    ShardStatus whole =
        awaitStatus(
            shard,
            status ->
                status.condition() == Condition.WHOLE && status.updatedAt().isAfter(lockedAt));
    assertThat(whole.primary()).isEqualTo(server.address());
    assertThat(unobserved(shard)).isZero();
  }

  @Test
  void aClusterWithoutAccountsIsNamed() throws InterruptedException {
    ShardName shard = ShardName.parse("unconfigured/0");
    publish(new ShardDeclared(shard, 0, List.of(MYSQL.fleet().nextAddress()), null));

    ShardStatus status = awaitStatus(shard, _ -> true);

    assertThat(status.condition()).isEqualTo(Condition.NO_PRIMARY);
    Failure failure = Objects.requireNonNull(status.failure());
    assertThat(failure.code()).isEqualTo("OBSERVATION_REFUSED");
    assertThat(failure.message()).contains("no MySQL accounts", "unconfigured");
    assertThat(failure.hint()).contains("reseed.mysql.accounts.\"unconfigured\"");
  }

  private static long unobserved(ShardName shard) {
    FailoverState state =
        Objects.requireNonNull(
            application.running().shards().snapshot().get(shard.toString()), "no state");
    return ObservationGauges.unobserved(List.of(state));
  }

  /** A lock is for who logs in: the sessions that are there are ended, too. */
  private static void observerIs(MysqlServerProcess server, String lock) {
    String observer = MYSQL.fleet().accounts().observer().user();
    try (MysqlSession session = server.open()) {
      session.execute("ALTER USER ?@'%' ACCOUNT " + lock, observer);
      session
          .query("SELECT ID FROM performance_schema.processlist WHERE USER = ?", observer)
          .forEach(row -> session.execute("KILL " + row.number("ID")));
    }
  }

  private static void publish(Event event) throws InterruptedException {
    publisher.publishAndWait(topics.publication(event, Instant.now()));
  }

  private static ShardStatus awaitStatus(ShardName shard, Predicate<ShardStatus> condition) {
    return decoded(
        records.awaitRecord(
            topics.name(Topic.SHARD_STATUS),
            record -> record.key().equals(shard.toString()) && condition.test(decoded(record)),
            PATIENCE));
  }

  private static ShardStatus decoded(ConsumerRecord<String, byte[]> found) {
    ConsumerRecord<byte[], byte[]> raw =
        new ConsumerRecord<>(
            found.topic(),
            found.partition(),
            found.offset(),
            found.key().getBytes(StandardCharsets.UTF_8),
            found.value());
    found.headers().forEach(raw.headers()::add);
    if (topics.decode(Topic.SHARD_STATUS, raw) instanceof DecodedEvent.Valid valid) {
      return (ShardStatus) valid.event();
    }
    throw new AssertionError("no shard-status: " + found);
  }
}
