package io.reseed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.cli.connection.CliConfig;
import io.reseed.cli.connection.EventSender;
import io.reseed.cli.connection.Kafka;
import io.reseed.cli.connection.TopicReader;
import io.reseed.events.BackupStatus;
import io.reseed.events.CycleKind;
import io.reseed.events.Event;
import io.reseed.events.SeedingStage;
import io.reseed.events.ShardDeclared;
import io.reseed.events.Topic;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.testkit.KafkaExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands about backups against a real broker, with the services' part scripted. */
@Tag("slow")
public class BackupsOnKafkaTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  @TempDir static Path folder;

  @BeforeAll
  static void publishBackups() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("topics.yaml"),
            Files.readString(Cli.ROOT.resolve("deploy/topics.yaml"))
                .replace("partitions: 12", "partitions: 3"));
    assertThat(cli().run("topics", "apply", "-f", file.toString()).exitCode()).isZero();
    List.of("list/silent", "wait/good", "wait/bad", "wait/never")
        .forEach(BackupsOnKafkaTest::declare);
    publish(cycles("list/good").status("1 backup", BackupStatus.Degree.VALIDATED, null));
    publish(
        cycles("list/bad")
            .status(
                "no proven backup",
                BackupStatus.Degree.UNHEALTHY,
                new Failure("NO_HOST", FailureClass.OPERATOR_MUST_ACT, "no room", "add a host")));
  }

  @Test
  void aRequestLiesOnTheTopicBeforeTheCommandEnds() throws IOException {
    Cli.Result mistyped = cli().run("backup", "--shard=ask/1");
    assertThat(mistyped.exitCode()).isEqualTo(1);
    assertThat(mistyped.err()).contains("nobody declared [ask/1]");
    assertThat(cli().run("apply", "--shard=ask/1", "--replicas=0", "--servers=a:1").exitCode())
        .isZero();
    Cli.Result regular = cli().run("backup", "--shard=ask/1", "--publisher=alice");
    Cli.Result fresh = cli().run("backup", "--fresh", "--shard=ask/1");
    Cli.Result verify = cli().run("backup", "verify", "b-7", "--shard=ask/1");

    assertThat(List.of(regular, fresh, verify))
        .allSatisfy(it -> assertThat(it.exitCode()).isZero());
    List<JsonNode> asked = new ArrayList<>();
    Cli.Result watched = watch("backup-requested", "-o", "json");
    for (String line : watched.out().lines().toList()) {
      JsonNode event = new JsonMapper().readTree(line).get("event");
      if (event.get("shard").textValue().equals("ask/1")) {
        asked.add(event);
      }
    }
    assertThat(asked)
        .satisfiesExactly(
            event -> {
              assertThat(event.get("kind").textValue()).isEqualTo("REGULAR");
              assertThat(event.get("publisher").textValue()).isEqualTo("alice");
              assertThat(regular.out())
                  .contains(
                      "published backup-requested for ask/1: REGULAR, request "
                          + event.get("request").textValue(),
                      "once no other cycle of the shard is in flight");
            },
            event -> assertThat(event.get("kind").textValue()).isEqualTo("FRESH"),
            event -> {
              assertThat(event.get("backup").textValue()).isEqualTo("b-7");
              assertThat(verify.out()).contains("EXAMINATION of b-7");
            });
  }

  @Test
  void wrongUsageEndsWithTwo() {
    assertUsage("Missing required option: '--shard", "backup");
    assertUsage("Missing required option: '--shard", "backup", "verify", "b-1");
    assertUsage("Missing required parameter", "backup", "verify", "--shard=a/b");
    assertUsage("must be a duration like", "backup", "--shard=a/b", "--wait-timeout=5");
    assertUsage("field 'backup' must be 1 to 200", "backup", "verify", "/", "--shard=a/b");
    assertUsage(
        "must be five crontab fields",
        "apply",
        "--shard=a/b",
        "--replicas=1",
        "--servers=a:1",
        "--backup-cron=61 * * * *");
    assertUsage(
        "cannot be given together",
        "apply",
        "--shard=a/b",
        "--replicas=1",
        "--servers=a:1",
        "--backup-cron=1 * * * *",
        "--backup-interval=1h");
  }

  @Test
  void shardsAreDeclaredWithTheirPolicy() throws IOException {
    Cli.Result applied =
        cli()
            .run(
                "apply",
                "--shard=policy/1",
                "--replicas=1",
                "--servers=a:1",
                "--backup-interval=7d");

    assertThat(applied.out()).contains("declared policy/1: 1 replicas", "backups every 7 days");
    JsonNode declared =
        new JsonMapper()
            .readTree(cli().run("status", "-o", "json", "--shard=policy/1").out())
            .at("/declared/0");
    assertThat(declared.at("/backups/intervalSeconds").longValue()).isEqualTo(604_800);
    assertThat(declared.get("backups")).hasSize(1);
  }

  @Test
  void waitingFollowsACycleToItsGoodEnd() {
    Waiting waiting = new Waiting("backup", "--shard=wait/good", "--wait");
    Cycles cycles = cycles("wait/good");
    waiting.untilAsked();
    publish(cycles.begun("v-1", CycleKind.REGULAR, "b-1"));
    // topics have no common order, and progress before the beginning is of no cycle that is known
    waiting.until("began as v-1");
    publish(cycles.progress("v-1", SeedingStage.RESTORE, 25));
    publish(cycles.restored("v-1"));
    publish(cycles.checked("v-1", SeedingStage.CHECK));
    publish(cycles.created("v-1"));
    publish(cycles.checked("v-1", SeedingStage.READ_BACK));
    publish(cycles.validated("v-1", "b-2"));
    sender().publishTombstone(Topic.SEEDING_ASSIGNED, "v-1");

    assertThat(waiting.exitCode()).isZero();
    assertThat(waiting.out())
        .contains(
            "REGULAR of b-1 began as v-1: asked for",
            "RESTORE on backup1: 25% (25 B of 100 B)",
            "RESTORE done on backup1",
            "server-checked wait/good CHECK of v-1 on backup1, made from b-1, attempt 1:"
                + " 1 checks held, 1 skipped (contents: no healthy replica), 4.2 s",
            "server-checked wait/good READ_BACK of v-1",
            "backup-created wait/good b-2 by v-1: 536.9 MB of data, 214.7 MB stored, 10.5 MB",
            "backup-validated wait/good b-1 of 2026-11-20T02:00:00Z is proven by v-1: restored on"
                + " backup1 (536.9 MB), caught up from db3:3306 (812 transactions)",
            "RESTORE 8.1 s, CATCH_UP 15 s",
            "next backup: b-2",
            "the cycle is complete");
  }

  @Test
  void waitingEndsWithOneWhenTheBackupIsCondemned() {
    Waiting waiting = new Waiting("backup", "verify", "b-1", "--shard=wait/bad", "--wait");
    Cycles cycles = cycles("wait/bad");
    waiting.untilAsked();
    publish(cycles.begun("v-2", CycleKind.EXAMINATION, "b-1"));
    publish(cycles.failed("v-2", true));

    assertThat(waiting.exitCode()).isEqualTo(1);
    assertThat(waiting.out())
        .contains(
            "validation-failed wait/bad b-1 CONDEMNED, in CHECK of v-2: CONTENT_DIFFERS"
                + " (BAD_BACKUP)",
            "  what: backup b-1: shop.orders differs from db3:3306",
            "  do: find out what changed its bytes",
            "  next: a fresh full cycle begins at once",
            "the cycle failed");
  }

  @Test
  void waitingGivesUpInTimeAndSaysWhereItStands() {
    Waiting waiting = new Waiting("backup", "--shard=wait/never", "--wait", "--wait-timeout=12s");
    waiting.untilAsked();
    publish(cycles("wait/never").status("no room", BackupStatus.Degree.CREATED, null));

    assertThat(waiting.exitCode()).isEqualTo(1);
    assertThat(waiting.err())
        .contains("gave up after waiting for 12 s: no cycle began for it: no room", "hint: the");
  }

  @Test
  void nobodyWaitsForWhatCannotCome() {
    Cli.Result shard = cli().run("backup", "--shard=list/god", "--wait");
    assertThat(shard.exitCode()).isEqualTo(1);
    assertThat(shard.err()).contains("nobody declared [list/god]");
    Cli.Result backup = cli().run("backup", "verify", "b-7", "--shard=list/good", "--wait");
    assertThat(backup.exitCode()).isEqualTo(1);
    assertThat(backup.err()).contains("list/good has no backup b-7", "reseed backups --shard");
    assertThat(shard.out() + backup.out()).doesNotContain("published");
  }

  @Test
  void backupsAreListedWithTheirDegreeAndLoudWhereNoneIsProven() {
    Cli.Result result =
        cli().run("backups", "--shard=list/good", "--shard=list/bad", "--shard=list/silent");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out())
        .contains(
            "!! list/bad HAS NO PROVEN BACKUP\n  ! NO_HOST: no room\n    do: add a host",
            "!! list/silent HAS NO PROVEN BACKUP\n  ! the validator-service said nothing",
            "list/good: 1 backup\n  not proven: rows of all tables, values of 3 virtual columns, +1",
            ", +1\n  cycle in flight: v-9, REGULAR of b-1 at CHECK on backup1")
        .containsPattern("list/good +b-1 +VALIDATED +2 days ago +536.9 MB +214.7 MB +proven by v-8")
        .containsPattern("list/bad +b-1 +UNHEALTHY")
        .containsPattern("next cycle: in 1\\d\\d min|next cycle: in [23] h")
        .doesNotContain("list/good HAS", "gtid-set");
  }

  @Test
  void theStatusIsAsLoud() {
    String out = cli().run("status", "--shard=list/bad", "--shard=list/good").out();

    assertThat(out)
        .contains("!! list/bad HAS NO PROVEN BACKUP\n  ! NO_HOST: no room\n    do: add a host")
        .containsPattern("list/bad +NO +1 unhealthy +-\\s+REGULAR of b-1 at CHECK on backup1 +in")
        .doesNotContain("list/good HAS");
  }

  @Test
  void evidenceIsShownBelowItsBackup() {
    String out = cli().run("backups", "--evidence", "--shard=list/good", "--shard=list/bad").out();

    assertThat(out)
        .contains(
            "    restored on backup1 (536.9 MB), caught up from db3:3306 (812 transactions)",
            "    not proven: rows of all tables, values of 3 virtual columns, +1",
            "    RESTORE 8.1 s, CATCH_UP 15 s",
            "    no evidence is kept of it")
        .containsPattern("    gtid-set +HELD +0.0 s +equal")
        .containsPattern("    contents +SKIPPED +0.0 s +no healthy replica");
  }

  @Test
  void backupsAreWholeDocumentsAsJson() throws IOException {
    Cli.Result result = cli().run("backups", "-o", "json", "--shard=list/good", "--shard=list/bad");

    JsonNode root = new JsonMapper().readTree(result.out());
    assertThat(root.fieldNames())
        .toIterable()
        .containsExactly("readAt", "backups", "unproven", "recordsUnreadable");
    assertThat(root.at("/backups/1/backups/0/evidence/checks/0/name").textValue())
        .isEqualTo("gtid-set");
    assertThat(root.at("/backups/1/backups/0/evidence/checks/1/unproven/2/reason").textValue())
        .isEqualTo("no backup has any");
    assertThat(root.get("unproven")).hasSize(1);
    assertThat(root.at("/unproven/0").textValue()).isEqualTo("list/bad");
  }

  @Test
  void aShardThatNobodyKnowsIsNoEmptyList() {
    Cli.Result result = cli().run("backups", "--shard=list/god");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("nobody declared [list/god]", "reseed status");
  }

  @Test
  void watchPrintsThePipelineInWords() {
    Cycles cycles = cycles("watch/1");
    publish(cycles.failed(null, false));
    publish(cycles.begun("v-5", CycleKind.FRESH, null));

    assertThat(watch("validation-failed").out())
        .containsPattern(
            "\\S+Z validation-failed watch/1 b-1 not condemned, in CHECK: CONTENT_DIFFERS")
        .contains("next: another cycle begins after a while");
    assertThat(watch("validation-requested").out())
        .containsPattern("\\S+Z validation-requested watch/1 FRESH began as v-5: asked for");
  }

  /** Prints what lies on {@code topic} now. */
  private static Cli.Result watch(String topic, String... more) {
    String limit = "--limit=" + recordsOn(topic);
    List<String> arguments = new ArrayList<>(List.of("watch", topic, "--from-beginning", limit));
    arguments.addAll(List.of(more));
    return cli().run(arguments.toArray(String[]::new));
  }

  private static long recordsOn(String topic) {
    Topic named = Topic.named(topic, "").orElseThrow();
    List<Topic> read = new ArrayList<>();
    TopicReader reader = new TopicReader(kafka(), List.of(named));
    try {
      reader.start(Set.of(named), Instant.now());
      reader.readToEnd(it -> read.add(it.topic()), Instant.now().plus(SOON));
      return read.size();
    } finally {
      reader.close();
    }
  }

  private static void assertUsage(String message, String... arguments) {
    Cli.Result result = cli().run(arguments);
    assertThat(result.err()).contains(message);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
  }

  /** A command that runs while the test plays the services. */
  private static final class Waiting {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CompletableFuture<Integer> ended;

    private Waiting(String... arguments) {
      var commandLine = cli().commandLine();
      commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
      this.ended = CompletableFuture.supplyAsync(() -> commandLine.execute(arguments), THREADS);
    }

    private void untilAsked() {
      until("published backup-requested");
    }

    private void until(String told) {
      await().atMost(SOON).until(() -> ended.isDone() || out().contains(told));
      assertThat(ended).as(err()).isNotDone();
    }

    private int exitCode() {
      return ended.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private String out() {
      return out.toString();
    }

    private String err() {
      return err.toString();
    }
  }

  private static void declare(String shard) {
    List<ServerAddress> servers = List.of(ServerAddress.parse("db1:1"));
    publish(new ShardDeclared(ShardName.parse(shard), 2, servers, null));
  }

  private static Cycles cycles(String shard) {
    return new Cycles(ShardName.parse(shard));
  }

  private static void publish(Event event) {
    sender().publish(List.of(event));
  }

  private static EventSender sender() {
    return new EventSender(kafka());
  }

  private static Kafka kafka() {
    return new Kafka(new CliConfig(KAFKA.bootstrapServers(), KAFKA.prefix(), Map.of()), SOON);
  }

  private static Cli cli() {
    return new Cli(folder)
        .with("RESEED_BOOTSTRAP_SERVERS", KAFKA.bootstrapServers())
        .with("RESEED_TOPIC_PREFIX", KAFKA.prefix());
  }
}
