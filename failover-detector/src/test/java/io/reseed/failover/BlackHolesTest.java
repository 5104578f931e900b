package io.reseed.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.coordinator.RuntimeConfig;
import io.reseed.coordinator.ShardRuntime;
import io.reseed.coordinator.ShardService;
import io.reseed.events.ShardDeclared;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.events.Topic;
import io.reseed.failover.machine.FailoverMachine;
import io.reseed.failover.machine.FailoverState;
import io.reseed.failover.probe.BackupSelection;
import io.reseed.failover.probe.DeclaredServers;
import io.reseed.failover.probe.FailoverWorker;
import io.reseed.failover.probe.RepairLimit;
import io.reseed.failover.probe.SuspectedBackups;
import io.reseed.fleet.ConfigProblems;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import io.reseed.mysql.ProbeSessions;
import io.reseed.service.FollowedHosts;
import io.reseed.service.Service;
import io.reseed.service.ServiceIdentity;
import io.reseed.service.ServiceParts;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.S3Extension;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards on sockets that never answer, beside healthy ones on a real server. */
@Tag("slow")
class BlackHolesTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final double RATIO_MAX = 1.2;

  /** Sessions that stay open are one a server: many observers stand for many servers. */
  private static final int OBSERVERS = 50;

  @TempDir static Path folder;

  /** How many shards of either kind, how often they are looked at, and where. */
  private record Fleet(
      String prefix, int healthy, int silent, Duration interval, RuntimeConfig.Limits limits) {
    List<String> healthyShards() {
      return IntStream.range(0, healthy).mapToObj(i -> "commerce/healthy-" + i).toList();
    }

    List<String> silentShards() {
      return IntStream.range(0, silent).mapToObj(i -> "commerce/silent-" + i).toList();
    }
  }

  /** A detector but for its HTTP door, with lanes as the test wants them. */
  private static final class Detector implements Service {
    private final FailoverConfig config;
    private final RuntimeConfig.Limits limits;
    private final List<FailoverWorker> workers = new ArrayList<>();
    private final WatchedLooks looks =
        new WatchedLooks(shard -> workers.get(Math.floorMod(shard.hashCode(), workers.size())));
    private final List<ShardRuntime<FailoverState>> runtimes = new ArrayList<>();

    Detector(FailoverConfig config, RuntimeConfig.Limits limits) {
      this.config = config;
      this.limits = limits;
    }

    @Override
    public ServiceIdentity identity() {
      return ServiceIdentity.of("failover-detector", config.instance(), config.kafka());
    }

    @Override
    public void check(ConfigProblems problems) {
      // a test's own
    }

    @Override
    public void open(ServiceParts parts) throws InterruptedException {
      FailoverConfig.Detector detector = config.detector();
      FollowedHosts hosts = FollowedHosts.open(parts, detector.hostHeartbeatTimeout());
      Catalogue backups =
          new Catalogue(parts.opened(FailoverConfig.settings(config.store()).open()));
      SuspectedBackups suspected =
          parts.opened(
              new SuspectedBackups(
                  new FollowedTopic.Source(parts.kafka(), parts.identity().topics())));
      DeclaredServers declared =
          parts.opened(
              new DeclaredServers(
                  new FollowedTopic.Source(parts.kafka(), parts.identity().topics())));
      for (int i = 0; i < OBSERVERS; i++) {
        ProbeSessions sessions = parts.opened(new ProbeSessions(detector.probeTimeout(), 1));
        workers.add(
            new FailoverWorker(
                FailoverConfig.looking(config),
                new BackupSelection(backups, sessions, suspected),
                hosts.registry(),
                new FailoverWorker.Repairs(
                    new RepairLimit(FailoverConfig.repairs(detector)), declared)));
      }
      EventTopics topics = identity().topics();
      ShardService<FailoverState, ?, ?, ?> service =
          new ShardService<>(
              identity().applicationId(),
              new FailoverMachine(FailoverConfig.policy(detector)),
              FailoverTopics.inputs(topics),
              new FailoverPublisher(topics),
              topics.deadLetters(),
              StoredStates.codec(),
              looks);
      Path state = folder.resolve(KAFKA.prefix() + config.kafka().topicPrefix());
      RuntimeConfig runtime = RuntimeConfig.of(parts.kafka(), state).withLimits(limits);
      runtimes.add(parts.opened(ShardRuntime.start(service, runtime)));
    }

    ShardRuntime<FailoverState> runtime() {
      return runtimes.getFirst();
    }
  }

  @Test
  void healthyShardsAreLookedAtAsOftenAsEverAndStoreNothing() throws Exception {
    RuntimeConfig.Limits narrow = new RuntimeConfig.Limits(2, 100, 900_000, 900_000, 10);
    measure(new Fleet("few-", 6, 2 * 40, Duration.ofMillis(500), narrow), 20);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 5_000})
  @Tag("long")
  void atTheSizeOfAZoneToo(int silent) throws Exception {
    RuntimeConfig.Limits usual = RuntimeConfig.Limits.defaults();
    measure(new Fleet("zone" + silent + "-", 500, silent, Duration.ofSeconds(2), usual), 10);
  }

  private static void measure(Fleet fleet, int looks) throws InterruptedException {
    String prefix = KAFKA.prefix() + fleet.prefix();
    Detector detector = detector(fleet, prefix);
    Map<String, String> kafka = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    try (BlackHole hole = new BlackHole();
        EventPublisher publisher = EventPublisher.open(kafka, Duration.ofSeconds(30));
        ServiceParts parts = ServiceParts.open(detector, kafka, new SimpleMeterRegistry())) {
      Declarer declared = new Declarer(publisher, new EventTopics(prefix, "test", "test"));
      ServerAddress server = MYSQL.fleet().newShard(fleet.prefix(), 0).primary().address();
      declared.all(fleet.healthyShards(), server);
      await().atMost(PATIENCE).until(() -> areWhole(detector, fleet.healthyShards()));
      Alone alone = alone(detector, fleet, looks);
      declared.all(fleet.silentShards(), hole.address());
      await().atMost(PATIENCE).until(() -> hole.connections() >= fleet.silent());
      Duration beside = interval(detector, fleet, looks);
      System.out.printf(
          "%s: looked at every %d ms, beside the silent every %d ms; stored %d records%n",
          fleet, alone.interval().toMillis(), beside.toMillis(), alone.stored());
      assertThat((double) beside.toMillis() / alone.interval().toMillis())
          .isLessThanOrEqualTo(RATIO_MAX);
      // each shard's stored time changes once in ten minutes
      assertThat(alone.stored()).isLessThanOrEqualTo(fleet.healthy());
      assertThat(detector.runtime().metrics().effectsFailed()).isZero();
      assertThat(detector.runtime().metrics().effectsPending())
          .isLessThanOrEqualTo(fleet.healthy() + fleet.silent());
      assertThat(parts.readiness().isReady()).isTrue();
    }
  }

  private static Detector detector(Fleet fleet, String prefix) {
    for (Topic topic : Topic.values()) {
      KAFKA.createTopic(fleet.prefix() + topic.baseName(), 3);
    }
    TestConfig config =
        new TestConfig()
            .kafka(KAFKA.bootstrapServers(), prefix, folder.resolve("unused"))
            .store(S3.front(), S3.bucket())
            .observer(MYSQL.fleet().accounts().observer())
            .observing(fleet.interval());
    return new Detector(config.mapped(), fleet.limits());
  }

  /** How often healthy shards are looked at by themselves, and what that stored. */
  private record Alone(Duration interval, int stored) {}

  private static Alone alone(Detector detector, Fleet fleet, int looks) {
    String changelog = detector.identity().applicationId() + "-shards-changelog";
    try (KafkaRecords records = KafkaRecords.of(KAFKA.bootstrapServers(), changelog)) {
      int before = records.readToEnd(changelog).size();
      Duration interval = interval(detector, fleet, looks);
      return new Alone(interval, records.readToEnd(changelog).size() - before);
    }
  }

  private static Duration interval(Detector detector, Fleet fleet, int looks) {
    detector.looks.clear();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                fleet.healthyShards().stream()
                    .allMatch(shard -> detector.looks.looks(shard) >= looks));
    return detector.looks.interval(fleet.healthyShards());
  }

  private static boolean areWhole(Detector detector, List<String> shards) {
    Map<String, FailoverState> states = detector.runtime().snapshot();
    return shards.stream()
        .map(states::get)
        .allMatch(
            state ->
                state != null
                    && state.status() != null
                    && state.status().condition() == Condition.WHOLE);
  }

  /** Who declares shards. */
  private record Declarer(EventPublisher publisher, EventTopics topics) {
    void all(List<String> shards, ServerAddress server) {
      shards.stream()
          .map(shard -> new ShardDeclared(ShardName.parse(shard), 0, List.of(server), null))
          .map(event -> publisher.publish(topics.publication(event, Instant.now())))
          .toList()
          .forEach(CompletableFuture::join);
    }
  }
}
