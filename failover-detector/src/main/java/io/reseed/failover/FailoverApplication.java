package io.reseed.failover;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.store.ObjectStore;
import io.reseed.coordinator.ShardRuntime;
import io.reseed.coordinator.ShardService;
import io.reseed.coordinator.StateCodec;
import io.reseed.coordinator.hosts.HostRegistry;
import io.reseed.events.EventJson;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.fleet.ConfigProblems;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import io.reseed.service.Coordinators;
import io.reseed.service.Readiness;
import io.reseed.service.Service;
import io.reseed.service.ServiceParts;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The service: a coordinator, what it knows of hosts and backups, and what HTTP needs. */
@Singleton
class FailoverApplication implements Service {
  private final FailoverConfig config;
  private volatile @Nullable Running running;

  private record Running(EventPublisher publisher, ShardRuntime<FailoverState> shards) {}

  FailoverApplication(FailoverConfig config) {
    this.config = config;
  }

  @Override
  public String name() {
    return "failover-detector";
  }

  @Override
  public String instance() {
    return config.instance();
  }

  @Override
  public void check(ConfigProblems problems) {
    problems
        .check(() -> FailoverConfig.settings(config.store()))
        .check(() -> FailoverConfig.policy(config.detector()));
  }

  @Override
  public void open(ServiceParts parts) throws InterruptedException {
    FailoverConfig.Detector detector = config.detector();
    EventTopics topics = new EventTopics(prefix(), name(), config.instance());
    FollowedTopic.Source source = new FollowedTopic.Source(parts.kafka(), topics);
    FollowedTopic<SeedingAssigned> assignments =
        parts.opened(
            FollowedTopic.open(
                source,
                new FollowedTopic.Subject<>(Topic.SEEDING_ASSIGNED, SeedingAssigned.class),
                new FollowedTopic.Listener<>() {}));
    HostRegistry hosts =
        parts.opened(new HostRegistry(source, assignments, detector.hostHeartbeatTimeout()));
    parts.readyWhen(() -> readiness(hosts.trouble()));
    EventPublisher publisher =
        parts.opened(EventPublisher.open(parts.kafka(), detector.publishTimeout()));
    ObjectStore store = parts.opened(FailoverConfig.settings(config.store()).open());
    FailoverWorker worker =
        new FailoverWorker(
            FailoverConfig.observers(config.mysql()),
            detector.probeTimeout(),
            new BackupSelection(new Catalogue(store), detector.probeTimeout()),
            hosts);
    ShardRuntime<FailoverState> shards =
        Coordinators.start(parts, config.kafka(), coordinator(topics, worker));
    ConditionMetrics.bind(parts.meters(), shards);
    running = new Running(publisher, shards);
  }

  private static Readiness readiness(Optional<String> hostsTrouble) {
    return Readiness.of(hostsTrouble.isEmpty()).with("hosts", hostsTrouble.orElse("known"));
  }

  private ShardService<FailoverState, FailoverInput, FailoverEvent, FailoverEffect> coordinator(
      EventTopics topics, FailoverWorker worker) {
    JsonMapper mapper = JsonMapper.builder().addModule(EventJson.types()).build();
    return new ShardService<>(
        prefix() + "reseed-failover-detector",
        new FailoverMachine(FailoverConfig.policy(config.detector())),
        FailoverTopics.inputs(topics),
        new FailoverOutlet(topics),
        topics.deadLetters(),
        StateCodec.json(mapper, FailoverState.class),
        worker);
  }

  /** Before every topic's name. */
  String prefix() {
    return config.kafka().topicPrefix().orElse("");
  }

  /** Publishes what comes over HTTP. */
  EventPublisher publisher() {
    return running().publisher();
  }

  /** The states of the shards of this instance, by shard. */
  Map<String, FailoverState> states() {
    return running().shards().snapshot();
  }

  private Running running() {
    Running opened = running;
    if (opened == null) {
      throw new IllegalStateException("the service is starting: ask again in a moment");
    }
    return opened;
  }
}
