package io.reseed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.cli.connection.CliConfig;
import io.reseed.cli.connection.EventSender;
import io.reseed.cli.connection.Kafka;
import io.reseed.events.BackupStatus;
import io.reseed.events.CycleKind;
import io.reseed.events.Event;
import io.reseed.events.HostStatus;
import io.reseed.events.ProofAssigned;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ShardStatus;
import io.reseed.events.Topic;
import io.reseed.events.check.CheckPlan;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.SettingDifference;
import io.reseed.fleet.ShardName;
import io.reseed.testkit.KafkaExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What {@code reseed status} makes of the records on a real broker. */
@Tag("slow")
public class StatusOnKafkaTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  private static final ShardName SHARD = ShardName.parse("commerce/-80");
  private static final ServerAddress DB1 = ServerAddress.parse("db1:3306");
  private static final Failure NO_HOST =
      new Failure("NO_HOST", FailureClass.OPERATOR_MUST_ACT, "no host has room", "add a host");

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir static Path folder;

  @BeforeAll
  static void publishAFleet() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("topics.yaml"),
            Files.readString(Cli.ROOT.resolve("deploy/topics.yaml"))
                .replace("partitions: 12", "partitions: 3"));
    assertThat(cli().run("topics", "apply", "-f", file.toString()).exitCode()).isZero();
    publish(shard(SHARD, ShardStatus.Condition.WHOLE, null));
    publish(shard(SHARD, ShardStatus.Condition.BLOCKED, NO_HOST));
    publish(shard(ShardName.parse("commerce/80-"), ShardStatus.Condition.WHOLE, null));
    publish(assigned("s-1", 2));
    publish(assigned("v-1", SeedingPurpose.VALIDATION, SeedingAssigned.Goal.REPLICATE));
    publish(proof("v-1", 2, ProofAssigned.Goal.CHECK));
    publish(assigned("v-2", SeedingPurpose.VALIDATION, SeedingAssigned.Goal.MAKE));
    publish(proof("v-2", 1, ProofAssigned.Goal.READ_BACK)); // of the attempt before
    publish(assigned("v-3", SeedingPurpose.VALIDATION, SeedingAssigned.Goal.HOLD));
    publish(proof("v-3", 2, ProofAssigned.Goal.SNAPSHOT));
    publish(proof("v-3", 2, ProofAssigned.Goal.READ_BACK));
    publish(assigned("s-over", 1));
    sender().publishTombstone(Topic.SEEDING_ASSIGNED, "s-over");
    publish(progress(1, 90));
    publish(progress(2, 10));
    publish(progress(2, 25));
    publish(
        new HostStatus(
            "host1",
            HostStatus.Pool.REPLICA,
            "z1",
            "10.0.0.1",
            5_000_000_000L,
            2,
            List.of(),
            1,
            Instant.now(),
            null));
    publish(
        new BackupStatus(
            SHARD,
            "one backup",
            null,
            true,
            new BackupStatus.Cycle(
                "v-1", 1, "backup1", SeedingStage.CHECK, CycleKind.REGULAR, "b-1"),
            Instant.now().plus(Duration.ofMinutes(100)),
            List.of(
                backup("b-2", BackupStatus.Degree.CREATED, Duration.ofMinutes(1)),
                backup("b-1", BackupStatus.Degree.VALIDATED, Duration.ofHours(3))),
            Instant.now()));
  }

  @Test
  void showsTheNewestPictureForPeople() {
    Cli.Result result = cli().run("status");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out())
        .containsPattern("commerce/-80 +BLOCKED +db1:3306 +1 of 2 +the headline")
        .containsPattern("commerce/80- +WHOLE")
        .containsPattern("db2:3306 +REPLICA +HEALTHY +40 ms")
        .containsPattern(
            "SERVER +DIFFERS FROM THE PRIMARY\\n +db2:3306 +max_connections 151 \\(700\\)")
        .containsPattern("sql_mode\\s+nothing\\s+\\(ANSI_QUOTES")
        .containsPattern("and\\s+3\\s+more")
        .contains("! NO_HOST: no host has room", "do: add a host")
        .containsPattern(
            "s-1 +commerce/-80 +REPLICA +MAKE +2 +host1 +RESTORE\\s+25% \\(25 B of 100 B\\)"
                + " +5 B/s +15 s +\\d+ s ago")
        .containsPattern("v-1 +commerce/-80 +VALIDATION +CHECK +2 +host1 ")
        .containsPattern("v-2 +commerce/-80 +VALIDATION +MAKE +2 +host1 ")
        .containsPattern("v-3 +commerce/-80 +VALIDATION +READ_BACK +2 +host1 ")
        .containsPattern("host1 +REPLICA +z1 +10.0.0.1 +2 of 2 free +5.0 GB")
        .containsPattern(
            "commerce/-80 +yes +1 created, 1 validated +b-1, 3 h ago"
                + "\\s+REGULAR of b-1 at CHECK on backup1 +in \\d+ min")
        .contains("more: reseed explain NO_HOST")
        .doesNotContain("s-over");
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void showsOneShardOnly() {
    String out = cli().run("status", "--shard=commerce/80-").out();

    assertThat(out).contains("commerce/80-").doesNotContain("commerce/-80");
  }

  @Test
  void printsTheSameAsJson() throws IOException {
    Cli.Result result = cli().run("status", "-o", "json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode root = new JsonMapper().readTree(result.out());
    assertThat(root.fieldNames())
        .toIterable()
        .containsExactly(
            "readAt",
            "shards",
            "declared",
            "seedings",
            "hosts",
            "backups",
            "paused",
            "recordsUnreadable");
    assertThat(root.at("/shards/0/condition").textValue()).isEqualTo("BLOCKED");
    assertThat(root.at("/shards/0/failure/code").textValue()).isEqualTo("NO_HOST");
    assertThat(root.get("seedings")).hasSize(4);
    assertThat(root.at("/seedings/0/assigned/attempt").intValue()).isEqualTo(2);
    assertThat(root.at("/seedings/0/progress/done").intValue()).isEqualTo(25);
    assertThat(root.at("/seedings/0/heardAt").textValue()).isNotBlank();
    assertThat(root.at("/seedings/0/percent").intValue()).isEqualTo(25);
    assertThat(root.at("/seedings/0/secondsLeft").intValue()).isEqualTo(15);
    assertThat(root.at("/seedings/0/assigned/goal").textValue()).isEqualTo("MAKE");
    assertThat(root.at("/seedings/1/assigned").fieldNames())
        .toIterable()
        .containsExactly(
            "shard", "seeding", "attempt", "purpose", "goal", "host", "primary", "source", "origin",
            "checks");
    assertThat(root.at("/seedings/1/assigned/goal").textValue()).isEqualTo("CHECK");
    assertThat(root.at("/seedings/1/assigned/checks/rotation").longValue()).isEqualTo(3);
    assertThat(root.at("/seedings/2/assigned/goal").textValue()).isEqualTo("MAKE");
    assertThat(root.at("/seedings/2/assigned").has("checks")).isFalse();
    assertThat(root.at("/seedings/3/assigned/goal").textValue()).isEqualTo("READ_BACK");
    assertThat(root.at("/hosts/0/host").textValue()).isEqualTo("host1");
    assertThat(root.at("/backups/0/backups/1/backup").textValue()).isEqualTo("b-1");
  }

  @Test
  void watchingShowsWhatChangedSinceTheLastLook() throws InterruptedException {
    StringWriter out = new StringWriter();
    Thread watching =
        Thread.ofVirtual()
            .start(
                () -> {
                  var commandLine = cli().commandLine();
                  commandLine.setOut(new PrintWriter(out, true));
                  commandLine.setErr(new PrintWriter(new StringWriter(), true));
                  commandLine.execute("status", "--watch", "--interval=1", "--shard=late/1");
                });
    try {
      await().atMost(SOON).until(() -> out.toString().contains("no shards"));
      publish(shard(ShardName.parse("late/1"), ShardStatus.Condition.WHOLE, null));
      await().atMost(SOON).until(() -> out.toString().contains("late/1"));
    } finally {
      watching.interrupt();
      watching.join(SOON);
    }
    assertThat(watching.isAlive()).isFalse();
  }

  @Test
  void watchPrintsEventsOneLineEach() throws IOException {
    Cli.Result text = cli().run("watch", "host-status", "--from-beginning", "--limit=1");
    assertThat(text.exitCode()).as(text.err()).isZero();
    assertThat(text.out()).containsPattern("\\S+Z host-status host1 \\{\"host\":\"host1\",.*\\}");

    Cli.Result json =
        cli().run("watch", "seeding-assigned", "--from-beginning", "--limit=6", "-o", "json");
    List<JsonNode> lines = json.out().lines().map(StatusOnKafkaTest::parse).toList();
    assertThat(lines).hasSize(6);
    assertThat(lines)
        .anySatisfy(
            line -> {
              assertThat(line.get("topic").textValue()).isEqualTo("seeding-assigned");
              assertThat(line.at("/event/seeding").textValue()).isEqualTo("s-1");
              assertThat(line.get("source").textValue()).isEqualTo("/reseed/cli");
            })
        .anySatisfy(line -> assertThat(line.path("tombstone").booleanValue()).isTrue());
  }

  private static JsonNode parse(String line) {
    try {
      return new JsonMapper().readTree(line);
    } catch (IOException malformed) {
      throw new AssertionError(line, malformed);
    }
  }

  private static void publish(Event event) {
    sender().publish(List.of(event));
  }

  private static EventSender sender() {
    return new EventSender(
        new Kafka(
            new CliConfig(KAFKA.bootstrapServers(), KAFKA.prefix(), Map.of()),
            Duration.ofSeconds(20)));
  }

  private static Cli cli() {
    return new Cli(folder)
        .with("RESEED_BOOTSTRAP_SERVERS", KAFKA.bootstrapServers())
        .with("RESEED_TOPIC_PREFIX", KAFKA.prefix());
  }

  private static ShardStatus shard(
      ShardName shard, ShardStatus.Condition condition, @Nullable Failure failure) {
    return new ShardStatus(
        shard,
        condition,
        "the headline",
        failure,
        DB1,
        2,
        List.of(
            new ShardStatus.Member(
                DB1, ShardStatus.Role.PRIMARY, ShardStatus.Health.HEALTHY, null, null, null, null),
            new ShardStatus.Member(
                ServerAddress.parse("db2:3306"),
                ShardStatus.Role.REPLICA,
                ShardStatus.Health.HEALTHY,
                40L,
                null,
                List.of(
                    new SettingDifference("max_connections", "151", "700"),
                    new SettingDifference("sql_mode", "", "ANSI_QUOTES," + "x".repeat(90))),
                3)),
        List.of(),
        Instant.now());
  }

  private static BackupStatus.Backup backup(String id, BackupStatus.Degree degree, Duration age) {
    return new BackupStatus.Backup(
        id, degree, "", 2_000_000, 1_000_000, Instant.now().minus(age), null, null, null, null);
  }

  private static SeedingAssigned assigned(
      String seeding, SeedingPurpose purpose, SeedingAssigned.Goal goal) {
    return new SeedingAssigned(
        SHARD, seeding, 2, purpose, goal, "host1", DB1, DB1, new SeedingOrigin.Backup("b-1"), null);
  }

  private static ProofAssigned proof(String seeding, int attempt, ProofAssigned.Goal goal) {
    return new ProofAssigned(
        SHARD,
        seeding,
        attempt,
        goal,
        "host1",
        DB1,
        DB1,
        new SeedingOrigin.Backup("b-1"),
        new CheckPlan(3, 7, 28, List.of()),
        null);
  }

  private static SeedingAssigned assigned(String seeding, int attempt) {
    return new SeedingAssigned(
        SHARD,
        seeding,
        attempt,
        SeedingPurpose.REPLICA,
        SeedingAssigned.Goal.MAKE,
        "host1",
        DB1,
        DB1,
        new SeedingOrigin.Backup("b-1"),
        null);
  }

  private static SeedingProgress progress(int attempt, long done) {
    return new SeedingProgress(
        SHARD,
        "s-1",
        attempt,
        SeedingPurpose.REPLICA,
        "host1",
        SeedingStage.RESTORE,
        SeedingProgress.Unit.BYTES,
        done,
        100,
        5,
        null);
  }
}
