package io.reseed.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.Event;
import io.reseed.events.PrimaryFailed;
import io.reseed.events.ShardDeclared;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EventCodec;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a real broker. */
@Tag("slow")
public class CommandsOnKafkaTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  private static final int PARTITIONS = 3;
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir static Path folder;

  private Cli cli = new Cli(Path.of("."));

  @BeforeAll
  static void makeTopics() throws IOException {
    String text = Files.readString(Cli.ROOT.resolve("deploy/topics.yaml"));
    Files.writeString(topicsFile(), text.replace("partitions: 12", "partitions: " + PARTITIONS));
    Cli.Result applied = onKafka(KAFKA.prefix()).run("topics", "apply", "-f", "" + topicsFile());
    assertThat(applied.exitCode()).as(applied.err()).isZero();
  }

  @BeforeEach
  void connect() {
    cli = onKafka(KAFKA.prefix());
  }

  @Test
  void publishedPrimaryFailuresLieOnTheTopicBeforeTheCommandEnds() {
    Cli.Result result =
        cli.run(
            "publish",
            "primary-failed",
            "--shard=commerce/-80",
            "--failed=db1:3306",
            "--promoted=db2:3306",
            "--reason=DeadPrimary",
            "--incident=i-1",
            "--publisher=orchestrator");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains("published primary-failed for commerce/-80: db1:3306");
    ConsumerRecord<String, byte[]> record = newest(Topic.PRIMARY_FAILED, "commerce/-80");
    assertThat(decode(Topic.PRIMARY_FAILED, record))
        .isInstanceOfSatisfying(
            PrimaryFailed.class,
            event -> {
              assertThat(event.failed()).isEqualTo(ServerAddress.parse("db1:3306"));
              assertThat(event.promoted()).isEqualTo(ServerAddress.parse("db2:3306"));
              assertThat(event.reason()).isEqualTo("DeadPrimary");
              assertThat(event.incident()).isEqualTo("i-1");
              assertThat(event.publisher()).isEqualTo("orchestrator");
            });
  }

  @Test
  void wrongUsageEndsWithTwoAndNamesTheValue() {
    assertUsage("Missing required options", "publish", "primary-failed");
    assertUsage(
        "must be 'cluster/shard'", "publish", "primary-failed", "--shard=x", "--failed=a:1");
    assertUsage(
        "must differ from the failed server",
        "publish",
        "primary-failed",
        "--shard=a/b",
        "--failed=a:1",
        "--promoted=a:1");
    assertUsage("which event", "publish");
    assertUsage("nonsense", "nonsense", "--help");
    assertUsage("nonsense", "nonsense");
    assertUsage("'topics apply'", "topics");
    assertUsage("no topic 'nonsense'", "watch", "nonsense");
    assertUsage("between 1 and 3600", "status", "--timeout=0");
    assertUsage("between 0 and 50", "apply", "--shard=a/b", "--replicas=51", "--servers=a:1");
  }

  @Test
  void everyCommandSaysItsVersionAndShowsItsOwnHelp() {
    for (String[] arguments :
        new String[][] {{"-V"}, {"status", "-V"}, {"backup", "verify", "--version"}}) {
      Cli.Result version = cli.run(arguments);
      assertThat(version.exitCode()).isZero();
      assertThat(version.out()).startsWith("reseed ");
    }
    assertThat(cli.run("backup", "verify", "--help").out()).contains("reseed backup verify");
  }

  @Test
  void aShardThatNobodyKnowsIsAnErrorOfStatus() {
    Cli.Result status = cli.run("status", "--shard=typo/1");
    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.err()).contains("nobody declared [typo/1]");
  }

  @Test
  void aMissingTopicIsToldApartFromAMissingBroker() throws IOException {
    // a fifth of the time is for finding out that the topic is missing
    Cli.Result noTopic =
        onKafka("none-")
            .run("publish", "primary-failed", "--shard=a/b", "--failed=a:1", "--timeout=10");
    assertThat(noTopic.exitCode()).isEqualTo(1);
    assertThat(noTopic.err()).contains("none-primary-failed does not exist", "topics apply");

    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Instant start = Instant.now();
    Cli.Result noBroker =
        new Cli(folder)
            .with("RESEED_BOOTSTRAP_SERVERS", "127.0.0.1:" + port)
            .run("publish", "primary-failed", "--shard=a/b", "--failed=a:1", "--timeout=3");
    assertThat(noBroker.exitCode()).isEqualTo(1);
    assertThat(noBroker.err()).contains("did not answer within 3 s", "--timeout");
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(30));
    Cli.Result status = onKafka("none-").run("status");
    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.err()).contains("does not exist", "topics apply");
  }

  @Test
  void shardsAreDeclaredFromOptionsAndFilesAndForgotten() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("shards.yaml"),
            "shards: [{shard: f/1, replicasDesired: 2, servers: [db1:3306]},"
                + " {shard: f/2, replicasDesired: 1, servers: [db2:3306]}]");

    assertThat(cli.run("apply", "--shard=o/1", "--replicas=1", "--servers=db1:1,db2:1").exitCode())
        .isZero();
    assertThat(cli.run("apply", "-f", file.toString()).exitCode()).isZero();
    Cli.Result unasked = cli.run("forget", "--shard=f/2");
    assertThat(unasked.exitCode()).isEqualTo(2);
    assertThat(unasked.err()).contains("--yes");
    Cli.Result mistyped = cli.run("forget", "--shard=f/3", "--yes");
    assertThat(mistyped.exitCode()).isEqualTo(1);
    assertThat(mistyped.err()).contains("nobody declared [f/3]");
    assertThat(cli.run("forget", "--shard=f/2", "--yes").exitCode()).isZero();

    assertThat(decode(Topic.SHARD_DECLARED, newest(Topic.SHARD_DECLARED, "o/1")))
        .isEqualTo(
            new ShardDeclared(
                ShardName.parse("o/1"),
                1,
                List.of(ServerAddress.parse("db1:1"), ServerAddress.parse("db2:1")),
                null));
    assertThat(decode(Topic.SHARD_DECLARED, newest(Topic.SHARD_DECLARED, "f/1")))
        .isInstanceOf(ShardDeclared.class);
    ConsumerRecord<String, byte[]> forgotten = newest(Topic.SHARD_DECLARED, "f/2");
    assertThat(KafkaRecords.text(forgotten)).isEmpty();
    assertThat(cli.run("status", "--shard=f/1").out())
        .contains("f/1", "declared; the failover-detector did");
    assertThat(cli.run("status").out()).doesNotContain("f/2");
  }

  @Test
  void topicsAreCreatedOnceAndDifferencesReportedAndMended() throws IOException {
    String prefix = KAFKA.prefix() + "t-";
    Cli own = onKafka(prefix);
    String file = topicsFile().toString();

    Cli.Result check = own.run("topics", "check", "-f", file);
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.out()).contains("primary-failed must be created");
    Cli.Result dry = own.run("topics", "apply", "--dry-run", "-f", file);
    assertThat(dry.out()).contains("dead-letters would be created");
    Cli.Result applied = own.run("topics", "apply", "-f", file);
    assertThat(applied.exitCode()).as(applied.err()).isZero();
    assertThat(applied.out().lines().filter(line -> line.endsWith(" created")))
        .hasSize(Topic.values().length);
    assertThat(own.run("topics", "apply", "-f", file).out())
        .contains("all topics are as the file says");
    assertThat(own.run("topics", "check", "-f", file).exitCode()).isZero();

    Path other =
        Files.writeString(
            folder.resolve("other.yaml"),
            Files.readString(topicsFile())
                .replace("retention.ms: 2592000000", "retention.ms: 2592000001"));
    Cli.Result changed = own.run("topics", "apply", "-f", other.toString());
    assertThat(changed.exitCode()).isZero();
    assertThat(changed.out())
        .contains("dead-letters changed: retention.ms from 2592000000 to 2592000001");
    assertThat(own.run("topics", "check", "-f", other.toString()).exitCode()).isZero();

    Cli.Result partitions = own.run("topics", "apply");
    assertThat(partitions.exitCode()).isEqualTo(1);
    assertThat(partitions.out())
        .contains("PROBLEM primary-failed has 3 partitions, the file says 12", "must not be");
  }

  @Test
  void anAddressThatNobodyKnowsIsNamed() {
    Cli.Result result =
        new Cli(folder).run("status", "--bootstrap-servers=no-such-host.invalid:1", "--timeout=5");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("no-such-host.invalid:1", "hint:");
  }

  @Test
  void theProcessEndsWithTheCommandsExitCodeWithinItsTimeout() throws Exception {
    List<String> publish =
        List.of("publish", "primary-failed", "--shard=p/1", "--failed=a:1", "--timeout=20");

    assertThat(process(KAFKA.bootstrapServers(), publish)).isZero();
    assertThat(newest(Topic.PRIMARY_FAILED, "p/1").value()).isNotNull();
    assertThat(process("127.0.0.1:1", List.of("status", "--timeout=2"))).isEqualTo(1);
    assertThat(process("127.0.0.1:1", List.of("status", "--nonsense"))).isEqualTo(2);
  }

  private static int process(String bootstrap, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Reseed.class.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("RESEED_BOOTSTRAP_SERVERS", bootstrap);
    builder.environment().put("RESEED_TOPIC_PREFIX", KAFKA.prefix());
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("process.log").toFile());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void recordsAsLibrdkafkaSendsThemAreReadInBothModes() {
    String shard = "crc/-80";
    byte[] document =
        "{\"shard\":\"%s\",\"failed\":\"db1:1\",\"reason\":\"r\",\"occurredAt\":\"2026-11-21T02:00:00Z\",\"publisher\":\"kcat\"}"
            .formatted(shard)
            .getBytes(UTF_8);
    byte[] structured =
        "{\"specversion\":\"1.0\",\"id\":\"s\",\"source\":\"/kcat\",\"type\":\"io.reseed.primary-failed.v1\",\"data\":%s}"
            .formatted(new String(document, UTF_8))
            .getBytes(UTF_8);
    Map<String, String> attributes =
        Map.of(
            "ce_specversion", "1.0",
            "ce_id", "b",
            "ce_source", "/kcat",
            "ce_type", "io.reseed.primary-failed.v1");
    sendLikeLibrdkafka(Topic.PRIMARY_FAILED, shard, attributes, document);
    sendLikeLibrdkafka(
        Topic.PRIMARY_FAILED,
        shard,
        Map.of("content-type", "application/cloudevents+json"),
        structured);
    sendLikeLibrdkafka(Topic.PRIMARY_FAILED, shard, Map.of(), "hello".getBytes(UTF_8));

    List<ConsumerRecord<String, byte[]>> records = read(Topic.PRIMARY_FAILED, shard);
    assertThat(records).hasSize(3);
    assertThat(decode(Topic.PRIMARY_FAILED, records.get(0)))
        .isInstanceOf(PrimaryFailed.class)
        .isEqualTo(decode(Topic.PRIMARY_FAILED, records.get(1)));
    Cli.Result watched = cli.run("watch", "primary-failed", "--from-beginning", "--limit=3");
    assertThat(watched.exitCode()).as(watched.err()).isZero();
    assertThat(watched.out().lines()).hasSize(3);
  }

  @Test
  void whatIsThereAlreadyIsPrintedInTheOrderOfTime() {
    String topic = Topic.SERVER_CHECKED.name(KAFKA.prefix());
    Map<String, Object> settings = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    long now = System.currentTimeMillis() - 1_000;
    List<String> keys = new ArrayList<>();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < 30; i++) {
        keys.add("k" + i);
        byte[] value = {'{'};
        var _ = producer.send(new ProducerRecord<>(topic, i % PARTITIONS, now + i, "k" + i, value));
      }
    }
    Cli.Result watched = cli.run("watch", "server-checked", "--from-beginning", "--limit=30");
    assertThat(watched.out().lines().map(line -> line.split(" ", -1)[2]))
        .containsExactlyElementsOf(keys);
  }

  /** A key with a line end forged a line, and codes of a terminal reached it. */
  @Test
  void watchShowsWhatStrangersWroteOnLinesOfTheirOwn() {
    String forged = "c/1\n2026-11-21T00:00:00Z primary-failed forged/1 \u001b[2J";
    sendLikeLibrdkafka(Topic.SHARD_STATUS, forged, Map.of(), "{\n\u001b[31m".getBytes(UTF_8));
    sendLikeLibrdkafka(Topic.SHARD_STATUS, "k".repeat(600_000), Map.of(), "x".getBytes(UTF_8));
    Cli.Result watched = cli.run("watch", "shard-status", "--from-beginning", "--limit=2");
    assertThat(watched.exitCode()).as(watched.err()).isZero();
    assertThat(watched.out().lines()).hasSize(2).allMatch(line -> line.length() < 2_000);
    assertThat(watched.out()).contains("c/1\\n2026", "\\u001b[2J").doesNotContain("\u001b");
  }

  private void assertUsage(String message, String... arguments) {
    Cli.Result result = cli.run(arguments);
    assertThat(result.err()).contains(message);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
  }

  private static Path topicsFile() {
    return folder.resolve("topics.yaml");
  }

  private static Cli onKafka(String prefix) {
    return new Cli(folder)
        .with("RESEED_BOOTSTRAP_SERVERS", KAFKA.bootstrapServers())
        .with("RESEED_TOPIC_PREFIX", prefix);
  }

  /** Its default partitioner is CRC32 of the key, not murmur2. */
  private static void sendLikeLibrdkafka(
      Topic topic, String key, Map<String, String> headers, byte[] value) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(UTF_8));
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            topic.name(KAFKA.prefix()), (int) (crc.getValue() % PARTITIONS), key, value);
    headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
    Map<String, Object> settings = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      var _ = producer.send(record);
    }
  }

  private static List<ConsumerRecord<String, byte[]>> read(Topic topic, String key) {
    String name = topic.name(KAFKA.prefix());
    try (KafkaRecords records = KafkaRecords.of(KAFKA.bootstrapServers(), name)) {
      records.awaitRecord(name, record -> key.equals(record.key()), SOON);
      return records.readToEnd(name).stream().filter(it -> key.equals(it.key())).toList();
    }
  }

  private static ConsumerRecord<String, byte[]> newest(Topic topic, String key) {
    return read(topic, key).getLast();
  }

  private static Event decode(Topic topic, ConsumerRecord<String, byte[]> record) {
    Map<String, byte[]> headers = new HashMap<>();
    record.headers().forEach(header -> headers.put(header.key(), header.value()));
    DecodedEvent decoded = new EventCodec().decode(topic, record.key(), headers, record.value());
    assertThat(decoded).isInstanceOf(DecodedEvent.Valid.class);
    return ((DecodedEvent.Valid) decoded).event();
  }
}
