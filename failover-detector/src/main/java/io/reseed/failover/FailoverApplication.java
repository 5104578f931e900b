package io.reseed.failover;

import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.part.ZstdLibrary;
import io.reseed.coordinator.ShardRuntime;
import io.reseed.coordinator.ShardService;
import io.reseed.coordinator.clock.SteadyClock;
import io.reseed.failover.machine.FailoverEffect;
import io.reseed.failover.machine.FailoverEvent;
import io.reseed.failover.machine.FailoverInput;
import io.reseed.failover.machine.FailoverMachine;
import io.reseed.failover.machine.FailoverState;
import io.reseed.failover.probe.BackupSelection;
import io.reseed.failover.probe.DeclaredServers;
import io.reseed.failover.probe.FailoverWorker;
import io.reseed.failover.probe.RepairLimit;
import io.reseed.failover.probe.SuspectedBackups;
import io.reseed.fleet.ConfigProblems;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import io.reseed.mysql.ProbeSessions;
import io.reseed.service.Coordinators;
import io.reseed.service.FollowedHosts;
import io.reseed.service.ServersConfig;
import io.reseed.service.Service;
import io.reseed.service.ServiceIdentity;
import io.reseed.service.ServiceParts;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The service: a coordinator, what it knows of hosts and backups, and what HTTP needs. */
@Singleton
class FailoverApplication implements Service {
  private final FailoverConfig config;
  private volatile @Nullable Running running;

  /** What HTTP needs. */
  record Running(EventPublisher publisher, ShardRuntime<FailoverState> shards) {}

  FailoverApplication(FailoverConfig config) {
    this.config = config;
  }

  @Override
  public ServiceIdentity identity() {
    return ServiceIdentity.of("failover-detector", config.instance(), config.kafka());
  }

  @Override
  public void check(ConfigProblems problems) {
    problems
        .check(ZstdLibrary::require)
        .check(() -> FailoverConfig.settings(config.store()))
        .check(() -> FailoverConfig.observers(config.mysql()))
        .check(() -> FailoverConfig.repairs(config.detector()))
        .check(() -> FailoverConfig.policy(config.detector()))
        .check(() -> EventDoor.check(config.http()));
  }

  @Override
  public void open(ServiceParts parts) throws InterruptedException {
    config
        .mysql()
        .accounts()
        .forEach((cluster, accounts) -> ServersConfig.warn(cluster, accounts.servers()));
    FailoverConfig.Detector detector = config.detector();
    FollowedHosts hosts = FollowedHosts.open(parts, detector.hostHeartbeatTimeout());
    EventPublisher publisher =
        parts.opened(EventPublisher.open(parts.kafka(), detector.publishTimeout()));
    Catalogue backups = new Catalogue(parts.opened(FailoverConfig.settings(config.store()).open()));
    ProbeSessions sessions =
        parts.opened(new ProbeSessions(detector.probeTimeout(), detector.probeSessionsMax()));
    SuspectedBackups suspected =
        parts.opened(
            new SuspectedBackups(
                new FollowedTopic.Source(parts.kafka(), parts.identity().topics())));
    DeclaredServers declared =
        parts.opened(
            new DeclaredServers(
                new FollowedTopic.Source(parts.kafka(), parts.identity().topics())));
    FailoverWorker worker =
        new FailoverWorker(
            FailoverConfig.looking(config),
            new BackupSelection(backups, sessions, suspected),
            hosts.registry(),
            new FailoverWorker.Repairs(
                new RepairLimit(FailoverConfig.repairs(detector)), declared));
    ShardRuntime<FailoverState> shards =
        Coordinators.start(parts, config.kafka(), coordinator(worker));
    ConditionMetrics.bind(parts.meters(), shards);
    ObservationGauges.registerDeclared(parts.meters(), declared::shards);
    ObservationGauges.register(
        parts.meters(),
        () -> shards.snapshot().values(),
        () -> Instant.ofEpochMilli(SteadyClock.system().millis()));
    running = new Running(publisher, shards);
  }

  private ShardService<FailoverState, FailoverInput, FailoverEvent, FailoverEffect> coordinator(
      FailoverWorker worker) {
    EventTopics topics = identity().topics();
    return new ShardService<>(
            identity().applicationId(),
            new FailoverMachine(FailoverConfig.policy(config.detector())),
            FailoverTopics.inputs(topics),
            new FailoverPublisher(topics),
            topics.deadLetters(),
            StoredStates.codec(),
            worker)
        .comparedWith(FailoverTopics.rosters(topics));
  }

  EventDoor door() {
    return new EventDoor(config.http());
  }

  /** For HTTP; throws while the service starts. */
  Running running() {
    return Optional.ofNullable(running)
        .orElseThrow(() -> new IllegalStateException("the service is starting: ask again"));
  }
}
