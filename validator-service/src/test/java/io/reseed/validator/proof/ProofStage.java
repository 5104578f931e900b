package io.reseed.validator.proof;

import io.reseed.agent.Reporter;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.catalogue.ListedBackup;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.store.Bandwidth;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.S3Store;
import io.reseed.events.Event;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerChecked;
import io.reseed.events.Topic;
import io.reseed.events.check.CheckPlan;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import io.reseed.mysql.server.LocalServer;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import io.reseed.testkit.Scratch;
import io.reseed.validator.Settings;
import io.reseed.validator.Talk;
import io.reseed.validator.TestSettings;
import io.reseed.validator.ValidatorConfig;
import io.reseed.validator.cycle.Story;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;

/**
 * One test's agent on a real Kafka, a real store and real servers; the test plays the coordinator
 * and the other services. Each has its own topics and its own part of the store.
 */
final class ProofStage implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(3);
  static final ShardName SHARD = new ShardName("commerce", "-80");

  private final Site site;
  private final Talk talk;
  private final TestSettings settings;
  private final ObjectStore store;
  private final Path state;
  private final String prefix;

  /** What the tests of a class share: a primary, and a replica of it. */
  static final class Site implements AutoCloseable {
    private final Scratch scratch = Scratch.folder("proof");
    private final MysqlFleet fleet =
        MysqlFleet.in(scratch.path().resolve("host").resolve("servers"));
    private final MysqlServerProcess primary = fleet.newServer("primary");
    private final MysqlServerProcess replica = fleet.newServer("replica");

    Site() {
      primary.writeRows(20);
      replica.replicateFrom(primary, PATIENCE);
    }

    MysqlFleet fleet() {
      return fleet;
    }

    MysqlServerProcess primary() {
      return primary;
    }

    MysqlServerProcess replica() {
      return replica;
    }

    Path host() {
      return scratch.path().resolve("host");
    }

    /** Removes what a test made. */
    void clear() {
      fleet.servers().stream()
          .filter(server -> server != primary && server != replica)
          .forEach(fleet::destroy);
    }

    @Override
    public void close() {
      fleet.close();
      MysqlFleet.destroyServersUnder(host());
      scratch.close();
    }
  }

  /** The agent alone, as a process of the service has it. */
  static final class Agent implements AutoCloseable {
    private final EventPublisher publisher;
    private final ProofAgent agent;
    private final ObjectStore store;

    Agent(TestSettings settings, EventTopics topics, MysqlFleet fleet) {
      ValidatorConfig config = settings.config();
      store = S3Store.open(Settings.store(config));
      ProofHost host =
          Settings.host(
                  config,
                  Settings.transfer(
                      config.validator(), SnapshotOptions.defaults(), Bandwidth.unlimited()))
              .orElseThrow();
      publisher = EventPublisher.open(settings.kafka(), Duration.ofSeconds(10));
      agent =
          ProofAgent.start(
              host,
              new ProofWork.Means(
                  Settings.repository(config, store),
                  fleet.tree(),
                  InstantSource.system(),
                  new SecureRandom()),
              new FollowedTopic.Source(settings.kafka(), topics),
              new Reporter(topics, publisher, InstantSource.system()));
    }

    @Override
    public void close() {
      agent.close();
      publisher.close();
      store.close();
    }
  }

  ProofStage(Site site, KafkaExtension kafka, S3Extension s3, String test) {
    this.site = site;
    String name = test.toLowerCase(Locale.ROOT);
    name = name.substring(0, Math.min(40, name.length()));
    prefix = kafka.prefix() + name + "-";
    talk = new Talk(kafka, prefix);
    state = site.scratch.path().resolve(name);
    settings =
        new TestSettings(kafka, s3.front(), site.fleet)
            .with("reseed.kafka.topic-prefix", prefix)
            .with("reseed.store.bucket", s3.bucket())
            .with("reseed.store.prefix", name)
            .in(site.host(), state);
    store = S3Store.open(Settings.store(settings.config()));
    try {
      Files.createDirectories(state);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make " + state, e);
    }
  }

  /** Starts the agent; its end is a restart of the process, as far as it can tell. */
  Agent start() {
    return new Agent(settings, new EventTopics(prefix, "validator-service", "test"), site.fleet);
  }

  Talk talk() {
    return talk;
  }

  TestSettings settings() {
    return settings;
  }

  ObjectStore store() {
    return store;
  }

  Path state() {
    return state;
  }

  List<ListedBackup> listed() {
    return new Catalogue(store).list(SHARD);
  }

  Path jobFile(String seeding) {
    return site.host().resolve("proofs/jobs").resolve(seeding + ".1/job.json");
  }

  Path readBack(String seeding) {
    return site.host().resolve("read-back").resolve(seeding + ".1");
  }

  /** A caught-up server of a seeding, which replicates from the replica. */
  MysqlServerProcess dedicated(String seeding) {
    MysqlServerProcess server = site.fleet.newServer(seeding + ".1");
    server.replicateFrom(site.replica, PATIENCE);
    server.awaitCaughtUpWith(site.primary, PATIENCE);
    return server;
  }

  /** Assigns a seeding's first attempt, with a goal. */
  ProofAssigned assign(String seeding, Goal goal) throws InterruptedException {
    return assign(seeding, goal, new SeedingOrigin.Donor(address(site.replica)));
  }

  ProofAssigned assign(String seeding, Goal goal, SeedingOrigin origin)
      throws InterruptedException {
    ProofAssigned assignment =
        new ProofAssigned(
            Story.SHARD,
            seeding,
            1,
            goal,
            TestSettings.HOST,
            address(site.primary),
            address(site.replica),
            origin,
            new CheckPlan(0, 1, 1, List.of(address(site.replica))),
            null);
    talk.say(assignment);
    return assignment;
  }

  ServerChecked hearChecked(SeedingStage stage) {
    return talk.hear(Topic.SERVER_CHECKED, ServerChecked.class, e -> e.stage() == stage);
  }

  SeedingFailed hearFailed() {
    return talk.hear(Topic.SEEDING_FAILED, SeedingFailed.class, _ -> true);
  }

  SeedingProgress hearNote(String part) {
    return talk.hear(
        Topic.SEEDING_PROGRESS,
        SeedingProgress.class,
        p -> p.note() != null && p.note().contains(part));
  }

  /**
   * Waits until mysqld runs on a backup that is read back: too short for a sign of life to show,
   * and on a busy machine for us to see, so that it may also be over.
   */
  void awaitReadBackRuns(String seeding) {
    Awaitility.await("mysqld of the backup read back")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                isReadBack(seeding)
                    || LocalServer.adopt(readBack(seeding), site.fleet.tree())
                        .filter(LocalServer::isRunning)
                        .isPresent());
  }

  private boolean isReadBack(String seeding) throws IOException {
    return Files.readString(jobFile(seeding)).contains("\"name\":\"read-back\"");
  }

  long count(Topic topic, Class<? extends Event> type) {
    return talk.all(topic).stream().filter(type::isInstance).count();
  }

  static ServerAddress address(MysqlServerProcess server) {
    return server.address();
  }

  @Override
  public void close() {
    site.clear();
    store.close();
    talk.close();
  }
}
