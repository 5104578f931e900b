package io.reseed.restore;

import io.reseed.agent.AgentLoop;
import io.reseed.agent.AgentSnapshot;
import io.reseed.agent.Heartbeat;
import io.reseed.agent.JobFiles;
import io.reseed.agent.Reporter;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.store.Bandwidth;
import io.reseed.backup.store.BandwidthFile;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.StoreSettings;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.restore.Observation.Outcome;
import io.reseed.restore.RestoreDecision.Action;
import io.reseed.restore.Servers.Accounts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * All parts of one host's agent, put together and taken apart in order. Holds the lock of the
 * host's directory, so that two agents never work on the same jobs.
 */
final class RestoreService implements AutoCloseable {
  private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration BANDWIDTH_INTERVAL = Duration.ofSeconds(5);
  private static final Duration STORE_RETRY_BUDGET = Duration.ofSeconds(20);

  static final JobFiles.Kind<Job> JOBS = new JobFiles.Kind<>(Job.class, 1);

  private final JobFiles<Job> files;
  private final Optional<BandwidthFile> bandwidthFile;
  private final ObjectStore store;
  private final EventPublisher publisher;
  private final Heartbeat heartbeat;
  private final AgentLoop<SeedingAssigned, Job, Action, Outcome> agent;

  /**
   * Where everything else is found.
   *
   * @param bandwidthFile limits what is read from the store
   */
  record Surroundings(
      Map<String, String> kafka,
      EventTopics topics,
      StoreSettings store,
      MasterKeys masterKeys,
      Optional<Path> bandwidthFile,
      MysqlTree mysql,
      Map<String, Accounts> accounts) {}

  private RestoreService(
      JobFiles<Job> files, HostProfile host, RestorePolicy policy, Surroundings around) {
    this.files = files;
    InstantSource clock = InstantSource.system();
    Bandwidth bandwidth = Bandwidth.unlimited();
    bandwidthFile =
        around
            .bandwidthFile()
            .map(file -> BandwidthFile.follow(file, bandwidth, BANDWIDTH_INTERVAL));
    store = around.store().withRetryBudget(STORE_RETRY_BUDGET).open();
    publisher = EventPublisher.open(around.kafka(), PUBLISH_TIMEOUT);
    Servers servers = new Servers(host, around.mysql(), around.accounts());
    HostDisk disk = new HostDisk(host);
    Places places = new Places(host);
    Reporter reporter = new Reporter(around.topics(), publisher, clock);
    RestoreWorker worker =
        new RestoreWorker(
            new RestoreWorker.Ground(
                servers,
                places,
                files,
                disk,
                new RestoreWorker.Fetchers(
                    new BackupFetch(
                        servers,
                        disk,
                        new BackupFetch.Repository(store, around.masterKeys(), bandwidth),
                        policy),
                    new DonorFetch(servers, disk, policy)),
                clock),
            policy);
    agent =
        new AgentLoop<>(
            new AgentLoop.Source<>(
                new FollowedTopic.Source(around.kafka(), around.topics()),
                new FollowedTopic.Subject<>(Topic.SEEDING_ASSIGNED, SeedingAssigned.class),
                host.name()),
            new AgentLoop.Parts<>(
                files, new RestoreJobs(host, policy, worker, places), worker, reporter, clock),
            policy.retryInterval(),
            () -> heartbeatChanged());
    heartbeat =
        new Heartbeat(
            reporter,
            policy.heartbeatInterval(),
            clock,
            sequence ->
                RestoreReports.status(
                    agent.snapshot(),
                    host,
                    disk.bytesFree(),
                    new RestoreReports.Beat(sequence, clock.instant())));
  }

  private void heartbeatChanged() {
    heartbeat.changed();
  }

  /**
   * Starts the agent of a host.
   *
   * @throws IllegalStateException when another agent works on the host's directory
   */
  static RestoreService start(HostProfile host, RestorePolicy policy, Surroundings around) {
    JobFiles<Job> files = JobFiles.open(host.directory(), JOBS);
    RestoreService service;
    try {
      service = new RestoreService(files, host, policy, around);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
    service.heartbeat.start();
    service.agent.start();
    return service;
  }

  /** What the agent holds. */
  AgentSnapshot<SeedingAssigned, Job> snapshot() {
    return agent.snapshot();
  }

  /** Whether it knows its assignments, and its heartbeats arrive. */
  boolean isReady() {
    return agent.snapshot().idleReason().isEmpty() && heartbeat.isConfirmed();
  }

  /** Stops within a bounded time. Servers run on; jobs are resumed by the next start. */
  @Override
  public void close() {
    agent.close();
    heartbeat.close();
    publisher.close();
    store.close();
    bandwidthFile.ifPresent(BandwidthFile::close);
    files.close();
  }
}
