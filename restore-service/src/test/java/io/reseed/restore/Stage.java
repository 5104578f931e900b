package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.StoreSettings;
import io.reseed.events.BackupRestored;
import io.reseed.events.Event;
import io.reseed.events.HostStatus;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EventCodec;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.server.ColdCopy.Placement;
import io.reseed.mysql.server.ServerPaths;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;

/**
 * Real Kafka, S3 and MySQL around an agent, and the part of the coordinators: assigns, and reads
 * what the agent says.
 */
final class Stage implements AutoCloseable {
  static final ShardName SHARD = new ShardName("commerce", "-80");
  static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int PARTITIONS = 3;

  private final KafkaExtension kafka;
  private final S3Extension s3;
  private final MysqlExtension mysql;
  private final String prefix;
  private final EventTopics topics;
  private final EventPublisher publisher;
  private final EventCodec codec = new EventCodec();
  private final KafkaRecords records;

  Stage(KafkaExtension kafka, S3Extension s3, MysqlExtension mysql) {
    this.kafka = kafka;
    this.s3 = s3;
    this.mysql = mysql;
    prefix = kafka.prefix() + COUNT.incrementAndGet() + "-";
    topics = new EventTopics(prefix, "test", "coordinator");
    for (Topic topic : Topic.values()) {
      kafka.broker().createTopic(topics.name(topic), PARTITIONS, config(topic));
    }
    publisher = EventPublisher.open(kafkaClient(), Duration.ofSeconds(20));
    records =
        KafkaRecords.of(
            kafka.bootstrapServers(),
            topics.name(Topic.BACKUP_RESTORED),
            topics.name(Topic.SEEDING_FAILED),
            topics.name(Topic.SEEDING_PROGRESS),
            topics.name(Topic.HOST_STATUS));
  }

  private static Map<String, String> config(Topic topic) {
    return topic.cleanup() == Topic.Cleanup.COMPACT
        ? Map.of("cleanup.policy", "compact")
        : Map.of();
  }

  private Map<String, String> kafkaClient() {
    return Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  /** A host with a directory and ports of its own. */
  AgentProcess.Setting host(String name, URI store) {
    int number = COUNT.incrementAndGet();
    Path fleet = fleetFolder();
    return new AgentProcess.Setting(
        kafka.bootstrapServers(),
        prefix,
        name + "-" + number,
        fleet.resolve("host-" + number),
        io.reseed.testkit.FreePort.onLoopback(),
        store,
        s3.bucket(),
        s3.front().accessKey(),
        s3.front().secretKey(),
        mysql.fleet().hostSettings("commerce", "agent", "donor"));
  }

  AgentProcess.Setting host(String name) {
    return host(name, s3.front().endpoint());
  }

  private Path fleetFolder() {
    Path server = mysql.fleet().servers().getFirst().local().spec().directory();
    Path folder = server.getParent();
    assertThat(folder).isNotNull();
    return folder == null ? server : folder;
  }

  /** Assigns a seeding to a host. */
  SeedingAssigned assign(String seeding, int attempt, Goal goal, String host, SeedingOrigin origin)
      throws InterruptedException {
    ServerAddress primary = new ServerAddress("127.0.0.1", 1);
    SeedingAssigned assigned =
        new SeedingAssigned(
            SHARD, seeding, attempt, purpose(goal), goal, host, primary, primary, origin, null);
    publisher.publishAndWait(topics.publication(assigned, Instant.now()));
    return assigned;
  }

  private static SeedingPurpose purpose(Goal goal) {
    return switch (goal) {
      case MAKE, KEEP -> SeedingPurpose.REPLICA;
      case REPLICATE, HOLD -> SeedingPurpose.VALIDATION;
    };
  }

  SeedingAssigned make(String seeding, int attempt, String host, SeedingOrigin origin)
      throws InterruptedException {
    return assign(seeding, attempt, Goal.MAKE, host, origin);
  }

  /** Ends a seeding. */
  void withdraw(String seeding) throws InterruptedException {
    publisher.publishAndWait(topics.tombstone(Topic.SEEDING_ASSIGNED, seeding, SHARD.toString()));
  }

  String assignedTopic() {
    return topics.name(Topic.SEEDING_ASSIGNED);
  }

  /** Waits for an event. */
  <E extends Event> E await(Topic topic, Class<E> type, Predicate<E> condition) {
    ConsumerRecord<String, byte[]> record =
        records.awaitRecord(
            topics.name(topic),
            candidate -> event(topic, type, candidate).filter(condition).isPresent(),
            PATIENCE);
    return event(topic, type, record).orElseThrow();
  }

  /** All events of a topic so far. */
  <E extends Event> List<E> all(Topic topic, Class<E> type) {
    return records.readToEnd(topics.name(topic)).stream()
        .flatMap(record -> event(topic, type, record).stream())
        .toList();
  }

  private <E extends Event> Optional<E> event(
      Topic topic, Class<E> type, ConsumerRecord<String, byte[]> record) {
    Map<String, byte[]> headers = new HashMap<>();
    record.headers().forEach(header -> headers.put(header.key(), header.value()));
    return codec.decode(topic, record.key(), headers, record.value())
            instanceof DecodedEvent.Valid valid
        ? Optional.of(type.cast(valid.event()))
        : Optional.empty();
  }

  /** Waits until an attempt's server was restored. */
  BackupRestored restored(String seeding, int attempt) {
    return await(
        Topic.BACKUP_RESTORED,
        BackupRestored.class,
        event -> event.seeding().equals(seeding) && event.attempt() == attempt);
  }

  /** All reports of restored servers of a seeding so far. */
  List<BackupRestored> restoredEvents(String seeding) {
    return all(Topic.BACKUP_RESTORED, BackupRestored.class).stream()
        .filter(event -> event.seeding().equals(seeding))
        .toList();
  }

  /** Waits until an attempt failed. */
  SeedingFailed failed(String seeding, int attempt) {
    return await(
        Topic.SEEDING_FAILED,
        SeedingFailed.class,
        event -> event.seeding().equals(seeding) && event.attempt() == attempt);
  }

  /** Waits for a heartbeat in which the host holds the seeding's server in this state. */
  HostStatus holding(AgentProcess.Setting host, String seeding, HeldState state) {
    return await(
        Topic.HOST_STATUS,
        HostStatus.class,
        status ->
            status.host().equals(host.host())
                && status.servers().stream()
                    .anyMatch(held -> held.seeding().equals(seeding) && held.state() == state));
  }

  /**
   * Waits until neither a process nor a folder is left on the host, and the agent has taken note of
   * it: it forgets a job a moment after the last folder of it is gone.
   */
  static void awaitNothingLeft(AgentProcess.Setting host, RunningAgent service) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(mysqldsUnder(host.directory())).isZero();
              assertThat(serverFolders(host)).isEmpty();
              assertThat(children(host.directory().resolve("jobs"))).isEmpty();
              assertThat(service.snapshot().jobs()).isEmpty();
            });
  }

  /** The servers' folders on the host. */
  static List<Path> serverFolders(AgentProcess.Setting host) throws Exception {
    return children(host.directory().resolve("servers"));
  }

  private static List<Path> children(Path folder) throws Exception {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> content = Files.list(folder)) {
      return content.toList();
    }
  }

  /** Stops the server cleanly, makes a backup of it, and starts it again. */
  static BackedUp backUp(MysqlServerProcess server, S3Extension s3) {
    return backUp(server, s3, header -> header);
  }

  /** Makes a backup whose manifest says something else than is true. */
  static BackedUp backUp(
      MysqlServerProcess server, S3Extension s3, UnaryOperator<ManifestHeader> claim) {
    Stopped stopped = stop(server);
    BackedUp backup = snapshot(stopped, s3, claim);
    server.start();
    return backup;
  }

  /** What a server said of itself before its clean stop. */
  record Stopped(Path data, ServerPaths paths, GtidSet executed, String uuid) {}

  static Stopped stop(MysqlServerProcess server) {
    Stopped stopped;
    try (MysqlSession session = server.open()) {
      stopped =
          new Stopped(
              server.local().dataDirectory(),
              ServerPaths.ask(session),
              session.gtidExecuted(),
              session.serverUuid());
    }
    server.stop();
    server.local().proveCleanStop();
    return stopped;
  }

  static BackedUp snapshot(Stopped server, S3Extension s3, UnaryOperator<ManifestHeader> claim) {
    return snapshot(server, storeSettings(s3), claim);
  }

  static BackedUp snapshot(
      Stopped server, StoreSettings settings, UnaryOperator<ManifestHeader> claim) {
    BackupId id = BackupId.create(Instant.now(), new Random());
    ManifestHeader header =
        new ManifestHeader(
            id,
            SHARD,
            Instant.now(),
            MysqlVersion.parse("9.7.4"),
            Map.of("lower_case_table_names", "0"),
            server.executed(),
            GtidSet.EMPTY,
            UUID.fromString(server.uuid()),
            null,
            null);
    try (ObjectStore store = settings.open()) {
      SnapshotSource source =
          SnapshotSource.scan(
              Map.of(ServerPaths.DATA, server.data()),
              path -> server.paths().place(path.below(server.data())) instanceof Placement.Copied);
      new SnapshotWriter(store, SnapshotOptions.defaults(), new Random())
          .write(claim.apply(header), source, JobMonitor.SILENT);
    }
    return new BackedUp(id.text(), server.executed(), server.uuid());
  }

  /** A backup and what it holds. */
  record BackedUp(String id, GtidSet executed, String sourceUuid) {
    SeedingOrigin origin() {
      return new SeedingOrigin.Backup(id);
    }
  }

  static StoreSettings storeSettings(S3Extension s3) {
    return new StoreSettings(
        s3.front().endpoint(),
        "us-east-1",
        s3.bucket(),
        "",
        new StoreSettings.Credentials(s3.front().accessKey(), s3.front().secretKey()),
        true,
        StoreSettings.Client.defaults());
  }

  /** How many mysqlds of a host's directory run. */
  static long mysqldsUnder(Path directory) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(command -> command.contains("--defaults-file=" + directory))
        .count();
  }

  @Override
  public void close() {
    records.close();
    publisher.close();
  }
}
