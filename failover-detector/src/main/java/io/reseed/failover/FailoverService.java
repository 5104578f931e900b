package io.reseed.failover;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.StoreSettings;
import io.reseed.coordinator.RuntimeConfig;
import io.reseed.coordinator.ShardRuntime;
import io.reseed.coordinator.ShardService;
import io.reseed.coordinator.StateCodec;
import io.reseed.coordinator.hosts.HostRegistry;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.events.codec.EventJson;
import io.reseed.failover.machine.FailoverEffect;
import io.reseed.failover.machine.FailoverEvent;
import io.reseed.failover.machine.FailoverInput;
import io.reseed.failover.machine.FailoverMachine;
import io.reseed.failover.machine.FailoverPolicy;
import io.reseed.failover.machine.FailoverState;
import io.reseed.failover.probe.BackupSelection;
import io.reseed.failover.probe.FailoverWorker;
import io.reseed.fleet.ConfigProblems;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import io.reseed.mysql.Credentials;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole service at work, put together from its settings; knows nothing of Quarkus. */
final class FailoverService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FailoverService.class);

  /** A machine asks again after seconds; a store that is away must not hold an effect longer. */
  private static final Duration STORE_RETRY_BUDGET = Duration.ofSeconds(10);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final HostRegistry hosts;
  private final EventPublisher publisher;
  private final ShardRuntime<FailoverState> runtime;

  private FailoverService(FailoverConfig config) throws InterruptedException {
    try {
      EventTopics topics = new EventTopics(prefix(config), "failover-detector", config.instance());
      Map<String, String> kafka = kafka(config);
      FollowedTopic.Source source = new FollowedTopic.Source(kafka, topics);
      FollowedTopic<SeedingAssigned> assignments =
          opened(
              FollowedTopic.open(
                  source,
                  new FollowedTopic.Subject<>(Topic.SEEDING_ASSIGNED, SeedingAssigned.class),
                  new FollowedTopic.Listener<>() {}));
      Duration heartbeatTimeout = config.detector().hostHeartbeatTimeout();
      hosts = opened(new HostRegistry(source, assignments, heartbeatTimeout));
      publisher = opened(EventPublisher.open(kafka, config.detector().publishTimeout()));
      ObjectStore store = opened(storeSettings(config.store()).open());
      Duration probeTimeout = config.detector().probeTimeout();
      BackupSelection backups = new BackupSelection(new Catalogue(store), probeTimeout);
      FailoverWorker worker =
          new FailoverWorker(observers(config.mysql()), probeTimeout, backups, hosts);
      runtime =
          opened(ShardRuntime.start(service(config, topics, worker), runtimeConfig(config, kafka)));
    } catch (RuntimeException | InterruptedException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts everything; waits for the topics to exist.
   *
   * @throws IllegalArgumentException that names everything that is wrong with the configuration
   * @throws IllegalStateException when they do not, or Kafka does not answer
   */
  static FailoverService start(FailoverConfig config) throws InterruptedException {
    new ConfigProblems()
        .check(() -> storeSettings(config.store()))
        .check(() -> policy(config.detector()))
        .check(() -> runtimeConfig(config, kafka(config)))
        .refuse();
    return new FailoverService(config);
  }

  private <C extends AutoCloseable> C opened(C part) {
    opened.push(part);
    return part;
  }

  /** The shards of this instance. */
  ShardRuntime<FailoverState> runtime() {
    return runtime;
  }

  /** Publishes what comes over HTTP. */
  EventPublisher publisher() {
    return publisher;
  }

  /** Why the hosts are not known, if so. */
  Optional<String> hostsTrouble() {
    return hosts.trouble();
  }

  /** Leaves the group and closes all connections, the youngest first. */
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("part not closed part={}", part.getClass().getSimpleName(), e);
      }
    }
  }

  private static ShardService<FailoverState, FailoverInput, FailoverEvent, FailoverEffect> service(
      FailoverConfig config, EventTopics topics, FailoverWorker worker) {
    JsonMapper mapper = JsonMapper.builder().addModule(EventJson.types()).build();
    return new ShardService<>(
        prefix(config) + "reseed-failover-detector",
        new FailoverMachine(policy(config.detector())),
        FailoverTopics.inputs(topics),
        new FailoverPublisher(topics),
        topics.deadLetters(),
        StateCodec.json(mapper, FailoverState.class, FailoverState.VERSION),
        worker);
  }

  private static Map<String, String> kafka(FailoverConfig config) {
    return Map.of("bootstrap.servers", config.kafka().bootstrapServers());
  }

  static String prefix(FailoverConfig config) {
    return config.kafka().topicPrefix().orElse("");
  }

  private static RuntimeConfig runtimeConfig(FailoverConfig config, Map<String, String> kafka) {
    RuntimeConfig.Timing timing = RuntimeConfig.Timing.defaults();
    return RuntimeConfig.of(kafka, config.kafka().stateDirectory())
        .withTiming(
            new RuntimeConfig.Timing(
                config.kafka().sessionTimeout(),
                config.kafka().sessionTimeout().dividedBy(3),
                timing.commit(),
                timing.transaction(),
                timing.topicWait()));
  }

  static FailoverPolicy policy(FailoverConfig.Detector detector) {
    return new FailoverPolicy(
        detector.observeInterval(),
        detector.unobservedAfter(),
        detector.primaryProbeFailures(),
        detector.replicaLostAfter(),
        detector.progressTimeout(),
        detector.answerTimeout(),
        detector.claimRetention(),
        detector.undeclaredRetention(),
        detector.statusRefreshInterval(),
        new FailoverPolicy.Retry(
            detector.retryInterval(),
            detector.backoffMin(),
            detector.backoffMax(),
            detector.attemptsMax(),
            detector.exhaustedRetryInterval()));
  }

  static StoreSettings storeSettings(FailoverConfig.Store store) {
    return new StoreSettings(
        store.endpoint().orElse(null),
        store.region(),
        store.bucket(),
        store.prefix().orElse(""),
        StoreSettings.Credentials.of(store.accessKey(), store.secretKey()),
        store.pathStyle(),
        StoreSettings.Client.defaults().withRetryBudget(STORE_RETRY_BUDGET));
  }

  private static Map<String, Credentials> observers(FailoverConfig.Mysql mysql) {
    return mysql.accounts().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry ->
                    new Credentials(
                        entry.getValue().observer().user(),
                        entry.getValue().observer().password())));
  }
}
