package io.reseed.validator.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.validator.proof.ProofJob.Position;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("slow")
class StoppingServerTest {
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Test
  void aServerThatWasAttachedOnceMoreIsNotCommitted() throws InterruptedException {
    MysqlServerProcess source = MYSQL.fleet().newServer("source");
    MysqlServerProcess server = MYSQL.fleet().newServer("server");
    server.replicateFrom(source, PATIENCE);
    Credentials agent = MYSQL.fleet().accounts().agent();

    Position noted;
    try (MysqlSession writer = source.open()) {
      writer.execute("CREATE DATABASE odd");
      writer.execute("SET SESSION binlog_format = STATEMENT");
      writer.execute("CREATE TEMPORARY TABLE odd.t (id INT)");
      server.awaitCaughtUpWith(source, PATIENCE);
      assertWaitsForTemporaryTables(server, agent);
      writer.execute("INSERT INTO odd.t VALUES (1)");
      writer.execute("CREATE TABLE odd.kept AS SELECT id FROM odd.t");
      writer.execute("DROP TEMPORARY TABLE odd.t");
      noted = StoppingServer.note(server.local(), agent, PATIENCE);
    }

    StoppingServer.requireUnchanged(server.local(), agent, noted);
    server.replicateFrom(source, PATIENCE);
    assertChanged(server, noted, "replicates again");
    source.writeRows(1);
    server.awaitCaughtUpWith(source, PATIENCE);
    server.execute("STOP REPLICA");
    server.execute("RESET REPLICA ALL");
    assertChanged(server, noted, "was to stand still with");
    server.local().stopCleanly(PATIENCE);
    StoppingServer.requireUnchanged(server.local(), agent, noted);
  }

  private static void assertWaitsForTemporaryTables(MysqlServerProcess server, Credentials agent) {
    assertThatThrownBy(() -> StoppingServer.note(server.local(), agent, Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            MysqlException.class,
            found -> {
              assertThat(found.code()).isEqualTo(FailureCode.TEMPORARY_TABLES_OPEN);
              assertThat(found.failureClass())
                  .isEqualTo(FailureClass.TRANSIENT); // nobody is blamed
            });
    try (MysqlSession session = server.open()) {
      assertThat(session.replication().orElseThrow().running()).isTrue();
    }
  }

  private static void assertChanged(MysqlServerProcess server, Position noted, String words) {
    assertThatThrownBy(
            () ->
                StoppingServer.requireUnchanged(
                    server.local(), MYSQL.fleet().accounts().agent(), noted))
        .isInstanceOfSatisfying(
            FailureException.class,
            found -> {
              assertThat(found.failure().code()).isEqualTo("SERVER_CHANGED");
              assertThat(found.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT);
              assertThat(found.failure().message()).contains(words);
            });
  }
}
