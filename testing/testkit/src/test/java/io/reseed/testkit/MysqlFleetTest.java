package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every other test stands on most of this; alone it is looked at in long runs. */
class MysqlFleetTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  @Test
  @Tag("long")
  void replicasHoldWhatThePrimaryWroteAndSurviveItsDeath() {
    MysqlFleet fleet = MYSQL.fleet();
    MysqlShard shard = fleet.newShard("replicated", 2);
    shard.primary().writeRows(10);
    for (MysqlServerProcess replica : shard.replicas()) {
      replica.awaitCaughtUpWith(shard.primary(), TIMEOUT);
      assertThat(replica.rowCount()).isEqualTo(10);
      assertThat(replica.gtidExecuted()).isEqualTo(shard.primary().gtidExecuted());
    }
    assertThat(shard.servers())
        .extracting(server -> server.address().host())
        .doesNotHaveDuplicates();

    shard.primary().kill();

    assertThat(shard.primary().isRunning()).isFalse();
    assertThat(shard.replicas().getFirst().rowCount()).isEqualTo(10);
    shard.servers().forEach(fleet::destroy);
  }

  @Test
  @Tag("long")
  void aKilledServerComesBackWithItsRows() {
    MysqlServerProcess server = MYSQL.fleet().newServer("killed");
    server.writeRows(5);

    server.kill();
    server.start();
    assertThat(server.rowCount()).isEqualTo(5);

    server.stop();
    assertThat(server.isRunning()).isFalse();
    server.start();
    assertThat(server.rowCount()).isEqualTo(5);
    MYSQL.fleet().destroy(server);
  }

  @Test
  @Tag("long")
  void freshServersShareAnEmptyGtidSetAndRefuseStrangers() {
    MysqlServerProcess server = MYSQL.fleet().newServer("accounts");
    FleetAccounts accounts = MYSQL.fleet().accounts();

    assertThat(server.gtidExecuted().isEmpty()).isTrue();
    try (MysqlSession observer = server.open(accounts.observer())) {
      assertThat(observer.probe().writable()).isTrue();
      assertThatThrownBy(() -> observer.execute("CREATE DATABASE stolen"))
          .isInstanceOf(MysqlException.class);
    }
    assertThatThrownBy(
            () ->
                server.open(
                    new Credentials(accounts.agent().user(), "wrong", accounts.agent().trust())))
        .isInstanceOf(MysqlException.class);
    MYSQL.fleet().destroy(server);
  }

  @Test
  @Tag("long")
  void closingTheFleetLeavesNothingBehind() {
    long pid;
    Path folder;
    try (Scratch scratch = Scratch.folder("fleet")) {
      folder = scratch.path();
      try (MysqlFleet fleet = MysqlFleet.in(folder)) {
        pid = fleet.newServer("closed").local().processId().orElseThrow();
        assertThat(ProcessHandle.of(pid)).isPresent();
      }
      assertThat(folder).isEmptyDirectory();
    }
    // Killed, it is a zombie for a moment, until this JVM has taken its exit code.
    Patience.await(
        "the process' end",
        TIMEOUT,
        () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    assertThat(Files.exists(folder)).isFalse();
  }

  @Test
  @Tag("slow")
  void noServerOutlivesAJvmThatIsKilled(@TempDir Path folder) throws Exception {
    Path report = folder.resolve("pid");
    try (OsProcess jvm = FleetProgram.start(folder, report)) {
      jvm.awaitLogLine("server runs", TIMEOUT);
      ProcessHandle server =
          ProcessHandle.of(Long.parseLong(Files.readString(report))).orElseThrow();

      jvm.kill();

      try {
        Patience.await("the server's end", TIMEOUT, () -> !server.isAlive());
      } finally {
        server.destroyForcibly();
      }
    }
  }
}
