package io.reseed.mysql.server;

import static io.reseed.mysql.Fleet.ADMIN;
import static io.reseed.mysql.Fleet.START;
import static io.reseed.mysql.Fleet.STOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.replication.Replication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class LocalServerTest {
  private final Fleet fleet;

  LocalServerTest(Fleet fleet) {
    this.fleet = fleet;
  }

  @Test
  void livesFromInitialiseToDestroy() {
    LocalServer server = fleet.started(fleet.fresh());
    long pid = server.processId().orElseThrow();
    try (MysqlSession session = server.open(ADMIN)) {
      assertThat(session.gtidExecuted().isEmpty()).isTrue();
      session.execute("CREATE DATABASE life");
      session.execute("CREATE TABLE life.t (id INT PRIMARY KEY)");
    }
    assertThat(server.spec().directory().resolve("run/bootstrap.sql")).doesNotExist();

    LocalServer adopted = LocalServer.adopt(server.spec().directory(), fleet.tree()).orElseThrow();
    assertThat(adopted.spec()).isEqualTo(server.spec());
    assertThat(adopted.processId()).contains(pid);
    adopted.start(START);
    assertThat(adopted.processId()).contains(pid);
    assertCode(FailureCode.UNCLEAN_STOP, adopted::proveCleanStop);
    assertCode(FailureCode.FOLDER_IN_USE, () -> LocalServer.create(server.spec(), fleet.tree()));

    adopted.stopCleanly(STOP);
    assertThat(adopted.isRunning()).isFalse();
    assertThat(adopted.proveCleanStop().shutdownCompleteLine()).contains("Shutdown complete");
    assertCode(FailureCode.FOLDER_IN_USE, () -> adopted.initialise(List.of(), START));

    adopted.start(START);
    try (MysqlSession session = adopted.open(ADMIN)) {
      session.execute("INSERT INTO life.t VALUES (1)");
    }
    adopted.kill();
    assertThat(server.isRunning()).isFalse();
    assertCode(FailureCode.UNCLEAN_STOP, adopted::proveCleanStop);

    adopted.start(START);
    try (MysqlSession session = adopted.open(ADMIN)) {
      // Redo stays to be applied although the log says "Shutdown complete".
      session.execute("SET GLOBAL innodb_fast_shutdown = 2");
      session.execute("INSERT INTO life.t VALUES (2)");
    }
    adopted.stopCleanly(STOP);
    assertThatThrownBy(adopted::proveCleanStop).hasMessageContaining("redo log goes on");

    adopted.destroy();
    assertThat(server.spec().directory()).doesNotExist();
    adopted.destroy();
  }

  /** Another JVM starts the server and ends without any clean-up. */
  @Test
  void aServerOutlivesTheProcessThatStartedIt() throws Exception {
    LocalServer server = fleet.fresh();
    server.initialise(Fleet.ACCOUNTS, START);
    Process starter =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StartAndHalt.class.getName(),
                server.spec().directory().toString())
            .redirectErrorStream(true)
            .redirectOutput(server.spec().directory().resolve("run/starter.log").toFile())
            .start();
    assertThat(starter.waitFor(START.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(starter.exitValue()).isEqualTo(StartAndHalt.STATUS);
    assertThat(server.isRunning()).isTrue();
    server.start(START);
    try (MysqlSession session = server.open(ADMIN)) {
      assertThat(session.serverUuid()).isNotEmpty();
    }
    server.destroy();
    assertThat(server.isRunning()).isFalse();
  }

  /** Its end takes a while, in which it has neither memory nor a command line any more. */
  @Test
  void aServerThatIsGoneDoesNotComeBack() {
    assertGoneForGood();
  }

  @RepeatedTest(40)
  @Tag("long")
  void noneOfManyServersThatAreGoneComesBack() {
    assertGoneForGood();
  }

  private void assertGoneForGood() {
    LocalServer server = fleet.started(fleet.fresh());
    ProcessHandle process = ProcessHandle.of(server.processId().orElseThrow()).orElseThrow();
    process.destroyForcibly();
    while (server.isRunning()) {
      Thread.onSpinWait();
    }
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < 300_000_000) {
      assertThat(server.isRunning()).isFalse();
    }
    server.destroy();
  }

  @Test
  void startsFencedWithNewIdentity() {
    LocalServer first = fleet.fresh();
    LocalServer fenced = LocalServer.create(first.spec().withFenced(true), fleet.tree());
    fleet.started(fenced);
    try (MysqlSession session = fenced.open(ADMIN)) {
      assertThat(session.queryValue("SELECT @@super_read_only")).contains("1");
      assertThat(session.queryValue("SELECT @@skip_replica_start")).contains("1");
      assertThat(session.queryValue("SELECT @@server_id"))
          .contains(Long.toString(fenced.spec().serverId()));
    }
    fenced.destroy();
  }

  /** A copy of a primary's lineage brings events that are ENABLED, overdue ones among them. */
  @Test
  void noEventRunsOnAFencedServerNorOnceItServes() {
    LocalServer original = fleet.started(fleet.fresh());
    try (MysqlSession session = original.open(ADMIN)) {
      session.execute("SET GLOBAL event_scheduler = OFF");
      session.execute("CREATE DATABASE life");
      session.execute(
          "CREATE EVENT life.beat ON SCHEDULE EVERY 1 SECOND DO SET GLOBAL max_connect_errors = 7");
    }
    original.stopCleanly(STOP);
    LocalServer fenced = LocalServer.create(original.spec().withFenced(true), fleet.tree());
    fenced.start(START);
    try (MysqlSession session = fenced.open(ADMIN)) {
      assertNoEventRuns(session);
      Replication.beginServing(session);
    }
    fenced.stopCleanly(STOP);
    fenced.start(START);
    try (MysqlSession session = fenced.open(ADMIN)) {
      assertThat(session.queryValue("SELECT @@skip_replica_start")).contains("0");
      assertNoEventRuns(session);
      Replication.promote(session);
      assertThat(session.queryValue("SELECT @@event_scheduler"))
          .as("they are a primary's to run")
          .contains("ON");
    }
    fenced.destroy();
  }

  private static void assertNoEventRuns(MysqlSession session) {
    assertThat(session.queryValue("SELECT @@event_scheduler")).contains("OFF");
    assertThat(session.queryValue("SELECT STATUS FROM information_schema.EVENTS"))
        .contains("ENABLED");
    assertThat(session.queryValue("SELECT COUNT(LAST_EXECUTED) FROM information_schema.EVENTS"))
        .contains("0");
  }

  @Test
  void saysWhyAServerDidNotStart() {
    LocalServer server = fleet.fresh(Map.of("no_such_setting", "1"));
    server.initialise(List.of(), START);
    assertThatThrownBy(() -> server.start(START))
        .isInstanceOf(MysqlException.class)
        .hasMessageContaining("unknown variable 'no_such_setting=1'")
        .hasMessageContaining("ended while starting, exit status ")
        .extracting(e -> ((MysqlException) e).code())
        .isEqualTo(FailureCode.SERVER_START_FAILED);
    assertThat(server.isRunning()).isFalse();
    assertCode(FailureCode.UNCLEAN_STOP, server::proveCleanStop);
    server.destroy();
  }

  /** As the kernel does it where memory is short: not a word in the log. */
  @Test
  void namesTheSignalThatKilledAServerWhileItStarted() throws IOException {
    LocalServer server = fleet.fresh();
    Path killed = Files.createDirectories(server.spec().directory().resolve("killed"));
    Path mysqld = killed.resolve("mysqld");
    Files.writeString(mysqld, "#!/bin/sh\nkill -9 $$\n");
    assertThat(mysqld.toFile().setExecutable(true)).isTrue();
    ServerProcess process = new ServerProcess(new ServerFolder(server.spec().directory()));
    assertThat(process.ending()).isEmpty();
    process.spawn(mysqld, List.of());
    await().until(() -> process.ending().isPresent());
    assertThat(process.ending()).contains("killed by signal 9 (SIGKILL)");
    server.destroy();
  }

  @Test
  void aRecycledProcessIdIsNotTakenForOurs() throws IOException {
    LocalServer server = fleet.fresh();
    Properties record = new Properties();
    record.setProperty("pid", Long.toString(ProcessHandle.current().pid()));
    record.setProperty("startTime", "1");
    record.setProperty("boot", "another");
    Files.writeString(
        server.spec().directory().resolve("run/process.properties"),
        ServerFolder.print(record, "made up"));
    assertThat(server.isRunning()).isFalse();
    server.kill();
    server.destroy();
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void findsAServerWhoseStartWasNotRecorded() throws IOException {
    LocalServer server = fleet.started(fleet.fresh());
    Files.delete(server.spec().directory().resolve("run/process.properties"));
    LocalServer adopted = LocalServer.adopt(server.spec().directory(), fleet.tree()).orElseThrow();
    assertThat(adopted.isRunning()).isTrue();
    adopted.destroy();
    assertThat(server.isRunning()).isFalse();
  }

  @Test
  void refusesFoldersThatAreNotOurs(@TempDir Path folder) throws IOException {
    Path precious = Files.createDirectory(folder.resolve("precious"));
    Files.writeString(precious.resolve("file"), "keep me");
    ServerSpec spec = ServerSpec.of(precious, Fleet.freeAddress(), 1, Fleet.POOL_MEGABYTES);
    assertCode(FailureCode.FOLDER_IN_USE, () -> LocalServer.create(spec, fleet.tree()));
    assertThat(LocalServer.adopt(precious, fleet.tree())).isEmpty();

    LocalServer server =
        LocalServer.create(
            ServerSpec.of(folder.resolve("ours"), Fleet.freeAddress(), 1, Fleet.POOL_MEGABYTES),
            fleet.tree());
    Files.delete(server.spec().directory().resolve("reseed-server.properties"));
    assertCode(FailureCode.NOT_OUR_FOLDER, server::destroy);
    assertThat(precious.resolve("file")).exists();
    assertThat(server.dataDirectory()).exists();
  }

  @Test
  void takesWhatACrashLeftBeforeTheMarkerForNobodysData(@TempDir Path folder) throws IOException {
    Path left = Files.createDirectory(folder.resolve("left"));
    Path unfinished =
        Files.writeString(left.resolve("reseed-server.properties.new"), "version=1\nadd");
    Path other = Files.writeString(left.resolve("file"), "keep me");
    assertThat(LocalServer.removeUnbegun(left)).isFalse();
    assertThat(unfinished).exists();
    Files.delete(other);
    ServerSpec spec = ServerSpec.of(left, Fleet.freeAddress(), 1, Fleet.POOL_MEGABYTES);
    assertThat(LocalServer.create(spec, fleet.tree()).spec()).isEqualTo(spec);

    Path again = Files.createDirectory(folder.resolve("again"));
    Files.createFile(again.resolve("reseed-server.properties.new"));
    assertThat(LocalServer.removeUnbegun(again)).isTrue();
    assertThat(again).doesNotExist();
    assertThat(LocalServer.removeUnbegun(again)).as("missing is fine").isTrue();
  }

  @Test
  void waitsNoLongerThanAllowed() {
    LocalServer server = fleet.fresh();
    server.initialise(List.of(), START);
    assertCode(FailureCode.SERVER_START_TIMEOUT, () -> server.start(Duration.ofMillis(1)));
    assertThat(server.isRunning()).isTrue();
    server.destroy();
  }

  private static void assertCode(FailureCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(MysqlException.class)
        .extracting(e -> ((MysqlException) e).code())
        .isEqualTo(code);
  }
}
