package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.events.BackupRestored;
import io.reseed.events.Topic;
import io.reseed.events.codec.EventJson;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Timeouts;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.Launch;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.OsProcess;
import io.reseed.testkit.S3Extension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Agents that are killed with SIGKILL: the next one goes on, with one server and no stray. */
@Tag("slow")
class RestoreCrashTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private static Stage stage;
  private static Stage.BackedUp backup;

  @BeforeAll
  static void makeABackup() {
    MysqlServerProcess source = MYSQL.fleet().newServer("source");
    source.writeRows(50);
    backup = Stage.backUp(source, S3);
    MYSQL.fleet().servers().getFirst().stop();
    stage = new Stage(KAFKA, S3, MYSQL);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void resumesARestoreThatWasKilledInItsMiddle() throws Exception {
    try (GatedProxy proxy = new GatedProxy(S3.front().endpoint(), 400_000)) {
      AgentProcess.Setting host = stage.host("middle", proxy.endpoint());
      try (OsProcess agent = start(host)) {
        stage.make("middle", 1, host.host(), backup.origin());
        proxy.awaitReached();
        agent.kill();
      }
      assertThat(stateOf(host)).isInstanceOf(JobState.Fetching.class);
      proxy.open();
      assertResumed(host, "middle");
    }
  }

  @Test
  void adoptsAServerThatWasBeingStartedOrVerified() throws Exception {
    // at the earliest: on a machine under load no look may fall into the moment of the start
    killOnce(
        "starting",
        state ->
            state instanceof JobState.Starting
                || state instanceof JobState.Verifying
                || state instanceof JobState.Restored);
  }

  @Test
  @Tag("long")
  void adoptsAServerThatWasRestored() throws Exception {
    killOnce("restored", state -> state instanceof JobState.Restored);
  }

  /** Kills the agent as soon as the job's file says a state that satisfies the condition. */
  private static void killOnce(String seeding, Predicate<JobState> reached) throws Exception {
    AgentProcess.Setting host = stage.host(seeding);
    try (OsProcess agent = start(host)) {
      stage.make(seeding, 1, host.host(), backup.origin());
      agent.awaitReady("the state", Stage.PATIENCE, () -> jobs(host).stream().anyMatch(reached));
      agent.kill();
    }
    assertResumed(host, seeding);
  }

  private static void assertResumed(AgentProcess.Setting host, String seeding) throws Exception {
    try (OsProcess agent = start(host)) {
      await()
          .atMost(Stage.PATIENCE)
          .until(
              () ->
                  jobs(host).stream().anyMatch(JobState.Restored.class::isInstance)
                      && !events(seeding).isEmpty());
      BackupRestored restored = events(seeding).getLast();
      assertThat(GtidSet.parse(restored.gtidSet())).isEqualTo(backup.executed());
      assertThat(events(seeding)).allMatch(event -> event.server().equals(restored.server()));
      assertThat(Stage.mysqldsUnder(host.directory())).as("exactly one server").isEqualTo(1);
      try (MysqlSession session =
          MysqlSession.open(restored.server(), MYSQL.fleet().accounts().agent(), Timeouts.ADMIN)) {
        assertThat(session.gtidExecuted()).isEqualTo(backup.executed());
        assertThat(session.serverUuid()).isEqualTo(restored.serverUuid());
        assertThat(session.queryValue("SELECT @@global.super_read_only")).contains("1");
      }
      stage.withdraw(seeding);
      await().atMost(Stage.PATIENCE).until(() -> Stage.mysqldsUnder(host.directory()) == 0);
      // a look may meet a folder that the agent removes under it
      await().atMost(Stage.PATIENCE).ignoreExceptions().until(() -> jobs(host).isEmpty());
      assertThat(agent.isAlive()).isTrue();
    }
  }

  private static final ObjectMapper JSON =
      JsonMapper.builder().addModule(EventJson.types()).build();

  private static List<BackupRestored> events(String seeding) {
    return stage.all(Topic.BACKUP_RESTORED, BackupRestored.class).stream()
        .filter(event -> event.seeding().equals(seeding))
        .toList();
  }

  private static JobState stateOf(AgentProcess.Setting host) {
    return jobs(host).getFirst();
  }

  /** Reads the job files as they are now, without removing anything. */
  private static List<JobState> jobs(AgentProcess.Setting host) {
    Path folder = host.directory().resolve("jobs");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> jobs = Files.list(folder)) {
      List<JobState> states = new ArrayList<>();
      for (Path file : jobs.map(job -> job.resolve("job.json")).filter(Files::exists).toList()) {
        JsonNode stored = JSON.readTree(Files.readAllBytes(file));
        states.add(JSON.treeToValue(stored.path("job"), Job.class).state());
      }
      return states;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static OsProcess start(AgentProcess.Setting host) {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    String mysqlHome = System.getProperty("reseed.mysql.home");
    if (mysqlHome != null) {
      command.add("-Dreseed.mysql.home=" + mysqlHome);
    }
    command.add("-cp");
    command.add(classPath);
    command.add(AgentProcess.class.getName());
    command.addAll(List.of(host.words()));
    return OsProcess.start(
        new Launch("agent " + host.host(), command, host.directory().resolve("agent.log")));
  }
}
