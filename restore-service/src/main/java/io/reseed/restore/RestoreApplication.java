package io.reseed.restore;

import io.reseed.agent.AgentLoop;
import io.reseed.agent.AgentSnapshot;
import io.reseed.agent.Heartbeat;
import io.reseed.agent.HostIdentity;
import io.reseed.agent.JobFiles;
import io.reseed.agent.Reporter;
import io.reseed.backup.part.ZstdLibrary;
import io.reseed.backup.store.BandwidthFile;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.fleet.ConfigProblems;
import io.reseed.kafka.FollowedTopic;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.restore.Observation.Outcome;
import io.reseed.restore.RestoreDecision.Action;
import io.reseed.service.Agents;
import io.reseed.service.HostStoreConfig;
import io.reseed.service.Readiness;
import io.reseed.service.ServersConfig;
import io.reseed.service.Service;
import io.reseed.service.ServiceIdentity;
import io.reseed.service.ServiceParts;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.function.Supplier;

/** The service: one host's agent. */
@Singleton
class RestoreApplication implements Service {
  static final JobFiles.Kind<Job> JOBS = new JobFiles.Kind<>(Job.class, 1);

  private final RestoreConfig config;

  RestoreApplication(RestoreConfig config) {
    this.config = config;
  }

  @Override
  public ServiceIdentity identity() {
    return ServiceIdentity.of("restore-service", config.instance(), config.kafka());
  }

  @Override
  public void check(ConfigProblems problems) {
    problems
        .check(ZstdLibrary::require)
        .check(() -> RestoreConfig.clusters(config.mysql()))
        .check(() -> RestoreConfig.host(config.host()))
        .check(() -> RestoreConfig.policy(config.restore()))
        .check(() -> RestoreConfig.store(config.store()))
        .check(() -> HostStoreConfig.keys(config.store()))
        .check(() -> config.store().bandwidthFile().ifPresent(BandwidthFile::check));
  }

  @Override
  public void open(ServiceParts parts) throws InterruptedException {
    config
        .mysql()
        .accounts()
        .forEach((cluster, accounts) -> ServersConfig.warn(cluster, accounts.servers()));
    openAgent(parts);
  }

  /**
   * Starts the host's agent, which holds the lock of the host's directory, so that two agents never
   * work on the same jobs. Servers run on when it is closed; jobs are resumed by the next start.
   *
   * @return what the agent holds
   * @throws IllegalStateException when another agent works on the host's directory
   */
  Supplier<AgentSnapshot<SeedingAssigned, Job>> openAgent(ServiceParts parts)
      throws InterruptedException {
    HostProfile host = RestoreConfig.host(config.host());
    RestorePolicy policy = RestoreConfig.policy(config.restore());
    InstantSource clock = InstantSource.system();
    JobFiles<Job> files = parts.opened(JobFiles.open(host.directory(), JOBS));
    HostIdentity identity = new HostFolder(host).take(Agents.source(parts));
    HostDisk disk = new HostDisk(host);
    Places places = new Places(host);
    RestoreWorker worker =
        new RestoreWorker(
            new RestoreWorker.Ground(
                new Servers(host, MysqlTree.locate(), RestoreConfig.clusters(config.mysql())),
                places,
                files,
                disk,
                repository(parts),
                clock),
            policy);
    RestoreJobs.Ground ground =
        new RestoreJobs.Ground(
            host,
            policy.deathGrace(),
            places,
            parts.opened(new MemberPorts(Agents.source(parts), host)));
    Reporter reporter = Agents.reporter(parts, clock);
    Heartbeat heartbeat = parts.opened(new Heartbeat(reporter, policy.heartbeatInterval(), clock));
    AgentLoop<SeedingAssigned, Job, Action, Outcome> agent =
        parts.opened(
            new AgentLoop<>(
                new AgentLoop.Source<>(
                    Agents.source(parts),
                    new FollowedTopic.Subject<>(Topic.SEEDING_ASSIGNED, SeedingAssigned.class),
                    host.name(),
                    identity),
                new AgentLoop.Parts<>(
                    files, new RestoreJobs(ground, worker), worker, reporter, clock),
                policy.retryInterval(),
                heartbeat::changed));
    heartbeat.start(
        sequence ->
            RestoreReports.status(
                agent.snapshot(),
                host,
                disk.bytesFree(),
                new RestoreReports.Beat(identity.knownOrMade(), sequence, clock.instant())));
    agent.start();
    Agents.show(parts, host.name(), agent::snapshot);
    parts.readyWhen(() -> Readiness.of(heartbeat.isConfirmed()));
    HeldServers.measure(parts.meters(), agent::snapshot, host.address());
    return agent::snapshot;
  }

  private BackupFetch.Repository repository(ServiceParts parts) {
    return new BackupFetch.Repository(
        parts.opened(RestoreConfig.store(config.store()).open()),
        HostStoreConfig.keys(config.store()),
        HostStoreConfig.bandwidth(config.store(), parts));
  }
}
