package io.reseed.restore;

import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.store.Bandwidth;
import io.reseed.backup.store.BandwidthFile;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.StoreSettings;
import io.reseed.durable.FolderLock;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.restore.Servers.Accounts;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  private final FolderLock lock;
  private final Optional<BandwidthFile> bandwidthFile;
  private final ObjectStore store;
  private final EventPublisher publisher;
  private final Heartbeat heartbeat;
  private final RestoreAgent agent;

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
      FolderLock lock, HostProfile host, RestorePolicy policy, Surroundings around) {
    this.lock = lock;
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
    JobFiles files = new JobFiles(host.directory());
    Announcements announcements = new Announcements(host, around.topics(), publisher, clock);
    RestoreWorker worker =
        new RestoreWorker(
            new RestoreWorker.Ground(
                servers,
                new Places(host),
                files,
                disk,
                new RestoreWorker.Fetchers(
                    new BackupFetch(
                        servers,
                        disk,
                        new BackupFetch.Repository(store, around.masterKeys(), bandwidth),
                        policy),
                    new DonorFetch(servers, disk, policy)),
                announcements,
                clock),
            policy);
    Assignments.Source source =
        new Assignments.Source(
            around.kafka(), around.topics(), host.directory().resolve("seeding-topic.json"));
    agent =
        new RestoreAgent(
            host,
            policy,
            new RestoreAgent.Crew(files, worker, source, clock),
            () -> heartbeatChanged());
    heartbeat =
        new Heartbeat(
            host,
            policy.heartbeatInterval(),
            new Heartbeat.Means(disk, announcements, clock),
            agent::picture);
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
    FolderLock lock = lock(host.directory());
    RestoreService service;
    try {
      service = new RestoreService(lock, host, policy, around);
    } catch (RuntimeException e) {
      close(lock);
      throw e;
    }
    service.heartbeat.start();
    service.agent.start();
    return service;
  }

  private static FolderLock lock(Path directory) {
    try {
      return FolderLock.tryTake(directory, "agent")
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "Another restore-service works in "
                          + directory
                          + ": each host needs a reseed.host.directory of its own"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + directory, e);
    }
  }

  private static void close(FolderLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot release the lock of the host's directory", e);
    }
  }

  /** What the agent holds. */
  RestoreAgent.Picture picture() {
    return agent.picture();
  }

  /** Whether it reads its wishes and is heard. */
  boolean isReady() {
    return agent.picture().idleReason() == null && heartbeat.isConfirmed();
  }

  /** Stops within a bounded time. Servers run on; jobs are resumed by the next start. */
  @Override
  public void close() {
    agent.close();
    heartbeat.close();
    publisher.close();
    store.close();
    bandwidthFile.ifPresent(BandwidthFile::close);
    close(lock);
  }
}
