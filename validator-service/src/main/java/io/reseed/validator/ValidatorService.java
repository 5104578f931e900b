package io.reseed.validator;

import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.store.Bandwidth;
import io.reseed.backup.store.BandwidthFile;
import io.reseed.backup.store.ObjectStore;
import io.reseed.coordinator.ShardRuntime;
import io.reseed.coordinator.hosts.HostRegistry;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.validator.cycle.CycleService;
import io.reseed.validator.cycle.CycleState;
import io.reseed.validator.proof.ProofAgent;
import io.reseed.validator.proof.ProofHost;
import io.reseed.validator.proof.ProofJobs;
import io.reseed.validator.proof.ProofWork;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** All parts of one process, put together, and taken apart in the opposite order. */
final class ValidatorService implements AutoCloseable {
  private static final Duration BANDWIDTH_INTERVAL = Duration.ofSeconds(5);
  private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(10);

  private final Deque<Runnable> closing;
  private final StoreAdmission admission;
  private final ShardRuntime<CycleState> cycles;
  private final @Nullable ProofAgent agent;

  private ValidatorService(ValidatorConfig config, SnapshotOptions options, Deque<Runnable> closing)
      throws InterruptedException {
    this.closing = closing;
    EventTopics topics =
        new EventTopics(
            config.kafka().topicPrefix().orElse(""), "validator-service", config.instance());
    admission = StoreAdmission.begin(Settings.store(config), config.validator().retryInterval());
    closing.push(admission::close);
    ObjectStore store = Settings.store(config).open();
    closing.push(store::close);
    FollowedTopic.Source source = new FollowedTopic.Source(Settings.kafka(config), topics);
    FollowedTopic<SeedingAssigned> assignments =
        FollowedTopic.open(
            source,
            new FollowedTopic.Subject<>(Topic.SEEDING_ASSIGNED, SeedingAssigned.class),
            new FollowedTopic.Listener<>() {});
    closing.push(assignments::close);
    HostRegistry hosts =
        new HostRegistry(source, assignments, config.validator().hostHeartbeatTimeout());
    closing.push(hosts::close);
    Optional<ProofHost> host =
        Settings.host(
            config, Settings.transfer(config.validator(), options, bandwidth(config.store())));
    agent =
        host.isPresent()
            ? startAgent(host.get(), source, assignments, Settings.repository(config, store))
            : null;
    cycles =
        ShardRuntime.start(
            CycleService.of(
                config.kafka().topicPrefix().orElse("") + "reseed-validator-service",
                topics,
                Settings.policy(config.validator()),
                new CycleService.Means(
                    new Catalogue(store),
                    hosts,
                    Settings.observers(config.mysql()),
                    config.validator().cyclesMax())),
            Settings.runtime(config));
    closing.push(cycles::close);
  }

  /**
   * Starts all parts; when one does not start, those that did are closed again.
   *
   * @param options how the host's snapshots are cut and sent, where the configuration is silent
   * @throws IllegalArgumentException that names everything that is wrong with the configuration
   * @throws io.reseed.backup.BackupException when the store is unfit
   */
  static ValidatorService start(ValidatorConfig config, SnapshotOptions options)
      throws InterruptedException {
    Settings.check(config, options);
    Deque<Runnable> closing = new ArrayDeque<>();
    try {
      return new ValidatorService(config, options, closing);
    } catch (RuntimeException | InterruptedException e) {
      closeAll(closing);
      throw e;
    }
  }

  private Bandwidth bandwidth(ValidatorConfig.Store store) {
    Bandwidth bandwidth = Bandwidth.unlimited();
    store
        .bandwidthFile()
        .map(file -> BandwidthFile.follow(file, bandwidth, BANDWIDTH_INTERVAL))
        .ifPresent(followed -> closing.push(followed::close));
    return bandwidth;
  }

  private ProofAgent startAgent(
      ProofHost host,
      FollowedTopic.Source source,
      FollowedTopic<SeedingAssigned> assignments,
      ProofWork.Repository repository) {
    ProofJobs jobs = ProofJobs.open(host.directory());
    closing.push(jobs::close);
    EventPublisher publisher = EventPublisher.open(source.kafka(), PUBLISH_TIMEOUT);
    closing.push(publisher::close);
    ProofAgent started =
        ProofAgent.start(
            host,
            new ProofWork.Means(
                repository, MysqlTree.locate(), jobs, InstantSource.system(), new SecureRandom()),
            new ProofAgent.Voice(assignments, source.topics(), publisher));
    closing.push(started::close);
    return started;
  }

  ShardRuntime.State state() {
    return cycles.state();
  }

  /** Whether it decides for its shards, and its host's agent, if it has one, hears its wishes. */
  boolean isReady() {
    return cycles.isReady() && (agent == null || agent.isReady());
  }

  Map<String, CycleState> shards() {
    return cycles.snapshot();
  }

  ShardRuntime<CycleState> cycles() {
    return cycles;
  }

  /** Completes when the process should end. */
  CompletionStage<Throwable> failure() {
    return cycles.failure().applyToEither(admission.refusal(), cause -> cause);
  }

  @Override
  public void close() {
    closeAll(closing);
  }

  private static void closeAll(Deque<Runnable> closing) {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }
}
