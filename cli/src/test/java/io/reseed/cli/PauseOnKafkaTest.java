package io.reseed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.cli.connection.CliConfig;
import io.reseed.cli.connection.EventSender;
import io.reseed.cli.connection.Kafka;
import io.reseed.events.Event;
import io.reseed.events.HostStatus;
import io.reseed.events.ShardDeclared;
import io.reseed.events.Topic;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.testkit.KafkaExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What operators pause, and hosts that they forget, on a real broker. */
@Tag("slow")
class PauseOnKafkaTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  @TempDir static Path folder;

  @BeforeAll
  static void publishAFleet() {
    for (Topic topic : Topic.values()) {
      KAFKA.createTopic(topic.baseName(), 3);
    }
    publish(
        new ShardDeclared(
            ShardName.parse("commerce/-80"), 1, List.of(ServerAddress.parse("db1:3306")), null));
    publish(heartbeat("db-7", "10.0.0.7", 1));
  }

  private static void publish(Event event) {
    CliConfig config = new CliConfig(KAFKA.bootstrapServers(), KAFKA.prefix(), Map.of());
    new EventSender(new Kafka(config, Duration.ofSeconds(20))).publish(List.of(event));
  }

  private static HostStatus heartbeat(String host, String address, int sequence) {
    return new HostStatus(
        host,
        HostStatus.Pool.REPLICA,
        "z1",
        address,
        1L << 40,
        2,
        List.of(),
        sequence,
        Instant.now(),
        "folder-1");
  }

  private static Cli.Result run(String... arguments) {
    return new Cli(folder)
        .with("RESEED_BOOTSTRAP_SERVERS", KAFKA.bootstrapServers())
        .with("RESEED_TOPIC_PREFIX", KAFKA.prefix())
        .run(arguments);
  }

  @Test
  void whatIsPausedIsShownFirstUntilItIsResumed() {
    Cli.Result paused = run("pause", "--shard=commerce/-80", "--for=2h", "--reason=kernel upgrade");
    assertThat(paused.exitCode()).as(paused.err()).isZero();
    assertThat(paused.out()).contains("nothing new is begun for shard:commerce/-80 until 20");
    Cli.Result drained = run("drain", "db-7", "--reason=is to be replaced", "--publisher=ann");
    assertThat(drained.exitCode()).as(drained.err()).isZero();
    assertThat(drained.out())
        .contains("db-7 gets no further server until 'reseed resume --host db-7'")
        .contains("it holds no server");

    assertThat(run("status").out().lines().limit(3))
        .satisfiesExactly(
            head -> assertThat(head).matches("PAUSED +UNTIL +BY +REASON"),
            host -> assertThat(host).matches("host:db-7 +resumed +ann +is to be replaced"),
            shard ->
                assertThat(shard).matches("shard:commerce/-80 +20\\S+Z +\\S+ +kernel upgrade"));
    assertThat(run("status", "-o", "json").out())
        .contains("\"scope\" : \"host:db-7\"")
        .contains("\"reason\" : \"kernel upgrade\"");

    assertThat(run("resume", "--shard=commerce/-80").out()).contains("shard:commerce/-80 goes on");
    assertThat(run("resume", "--host=db-7").exitCode()).isZero();
    assertThat(run("status").out()).doesNotContain("PAUSED");
  }

  @Test
  void whatNobodyKnowsIsNotPausedAndWhatIsNotPausedNotResumed() {
    for (String where : List.of("--shard=commerce/typo", "--cluster=typo", "--host=typo")) {
      Cli.Result refused = run("pause", where, "--for=2h", "--reason=x");
      assertThat(refused.exitCode()).as(where).isEqualTo(1);
      assertThat(refused.err()).contains("typo");
    }
    assertThat(run("drain", "typo", "--reason=x").exitCode()).isEqualTo(1);
    Cli.Result resumed = run("resume", "--cluster=commerce");
    assertThat(resumed.exitCode()).isEqualTo(1);
    assertThat(resumed.err()).contains("cluster:commerce is not paused");
    assertThat(run("pause", "--shard=commerce/-80", "--host=db-7", "--for=2h", "--reason=x"))
        .satisfies(result -> assertThat(result.exitCode()).isEqualTo(2));
    assertThat(run("pause", "--for=2h", "--reason=x").exitCode()).isEqualTo(2);
  }

  @Test
  void aHostIsForgottenOnceItIsSilentAndNotWhileItSpeaks() {
    publish(heartbeat("gone", "10.0.0.1", 1));
    publish(heartbeat("gone", "10.0.0.2", 2));
    assertThat(run("status").out())
        .contains("!! gone: HOST_NAME_SHARED: 10.0.0.2 (folder-1) and 10.0.0.1 (folder-1) speak");
    assertThat(run("forget", "--host=gone").err()).contains("--yes");
    assertThat(run("forget", "--host=gone", "--shard=commerce/-80", "--yes").exitCode())
        .isEqualTo(2);
    assertThat(run("forget", "--host=nobody", "--yes").err()).contains("no heartbeat");

    AtomicBoolean refused = new AtomicBoolean();
    try (ExecutorService host = Executors.newSingleThreadExecutor()) {
      var _ =
          host.submit(
              () -> {
                for (int i = 3; !refused.get(); i++) {
                  publish(heartbeat("gone", "10.0.0.2", i));
                }
              });
      Cli.Result alive = run("forget", "--host=gone", "--yes", "--silent-for=60s");
      refused.set(true);
      assertThat(alive.exitCode()).isEqualTo(1);
      assertThat(alive.err()).contains("host gone speaks");
    }
    Cli.Result silent = run("forget", "--host=gone", "--yes", "--silent-for=1s");
    assertThat(silent.exitCode()).as(silent.err()).isZero();
    assertThat(run("status").out()).doesNotContain("gone").contains("db-7");
  }
}
