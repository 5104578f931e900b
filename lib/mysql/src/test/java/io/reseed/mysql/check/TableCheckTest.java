package io.reseed.mysql.check;

import static io.reseed.mysql.Fleet.ADMIN;
import static io.reseed.mysql.Fleet.START;
import static io.reseed.mysql.Fleet.STOP;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.TableCheck.Outcome;
import io.reseed.mysql.server.LocalServer;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Fleet.Extension.class)
final class TableCheckTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int PAGE = 16 << 10;

  private final Fleet fleet;

  TableCheckTest(Fleet fleet) {
    this.fleet = fleet;
  }

  @Test
  void findsEveryTableOfAFreshServerIntact() {
    LocalServer server = fleet.shared("a");
    try (MysqlSession session = server.open(ADMIN);
        TableCheck check = new TableCheck(Trio.login(server), LIMIT)) {
      List<TableName> tables = Tables.all(session);
      assertThat(tables).contains(new TableName("mysql", "user"));
      assertThat(Tables.ofUser(session)).allMatch(table -> !table.schema().equals("mysql"));
      for (TableName table : tables) {
        // The general and the slow log are tables of an engine that has no check.
        assertThat(check.check(table))
            .as(table.toString())
            .isInstanceOfAny(
                Outcome.Intact.class,
                table.table().endsWith("_log") ? Outcome.Skipped.class : Outcome.Intact.class);
      }
    }
  }

  @Test
  void skipsATableThatWasDropped() {
    try (TableCheck check = new TableCheck(Trio.login(fleet.shared("a")), LIMIT)) {
      assertThat(check.check(new TableName("mysql", "never"))).isInstanceOf(Outcome.Skipped.class);
      assertThat(check.check(new TableName("never", "never"))).isInstanceOf(Outcome.Skipped.class);
    }
  }

  @Test
  void doesNotTakeALockForDamage() {
    LocalServer server = fleet.shared("a");
    TableName table = new TableName("locked", "t");
    try (MysqlSession session = server.open(ADMIN);
        TableCheck check = new TableCheck(Trio.login(server), Duration.ofSeconds(1))) {
      session.execute("CREATE DATABASE locked");
      session.execute("CREATE TABLE locked.t (id INT PRIMARY KEY)");
      session.execute("LOCK TABLES locked.t WRITE");
      assertThat(check.check(table)).isInstanceOf(Outcome.Unfinished.class);
      session.execute("UNLOCK TABLES");
      assertThat(check.check(table)).isEqualTo(new Outcome.Intact());
      session.execute("DROP DATABASE locked");
    }
  }

  @Test
  void findsDamage() throws Exception {
    LocalServer server = fleet.started(fleet.fresh());
    TableName table = new TableName("hurt", "t");
    try (MysqlSession session = server.open(ADMIN)) {
      session.execute("CREATE DATABASE hurt");
      session.execute("CREATE TABLE hurt.t (id INT PRIMARY KEY AUTO_INCREMENT, v CHAR(200))");
      session.execute("INSERT INTO hurt.t (v) VALUES ('a')");
      for (int i = 0; i < 13; i++) {
        session.execute("INSERT INTO hurt.t (v) SELECT UUID() FROM hurt.t");
      }
    }
    server.stopCleanly(STOP);
    Path file = server.dataDirectory().resolve("hurt/t.ibd");
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(20L * PAGE + 5_000);
      bytes.write(new byte[] {1, 2, 3});
    }
    server.start(START);
    try (TableCheck check = new TableCheck(Trio.login(server), LIMIT)) {
      assertThat(check.check(table)).isInstanceOf(Outcome.Corrupt.class);
    }
    server.destroy();
  }
}
