package io.reseed.mysql.check;

import static io.reseed.mysql.Fleet.ADMIN;
import static io.reseed.mysql.Fleet.START;
import static io.reseed.mysql.Fleet.STOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.TableCheck.Outcome;
import io.reseed.mysql.server.LocalServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class TableCheckTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int PAGE = 16 << 10;
  private static final TableName HURT = new TableName("hurt", "t");

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

  /** FEDERATED is off by default, and a restored server has the defaults. */
  @Test
  void skipsATableWhoseEngineIsNotLoaded() throws IOException {
    LocalServer server = fleet.started(fleet.fresh(Map.of("federated", "ON")));
    try (MysqlSession session = server.open(ADMIN)) {
      session.execute("CREATE DATABASE far");
      session.execute(
          "CREATE TABLE far.away (id INT PRIMARY KEY) ENGINE = FEDERATED"
              + " CONNECTION = 'mysql://u:p@127.0.0.1:1/a/t'");
    }
    server.stopCleanly(STOP);
    Path options = server.spec().directory().resolve("run/my.cnf");
    Files.writeString(options, Files.readString(options).replaceAll("(?m)^federated.*$", ""));
    server.start(START);
    try (TableCheck check = new TableCheck(Trio.login(server), LIMIT)) {
      assertThat(check.check(new TableName("far", "away"))).isInstanceOf(Outcome.Skipped.class);
    }
    server.destroy();
  }

  @Test
  void doesNotTakeALockForDamage() {
    LocalServer server = fleet.shared("a");
    TableName table = new TableName("locked", "t");
    try (MysqlSession session = server.open(ADMIN);
        TableCheck brief = new TableCheck(Trio.login(server), Duration.ofSeconds(1));
        TableCheck patient = new TableCheck(Trio.login(server), LIMIT)) {
      session.execute("CREATE DATABASE locked");
      session.execute("CREATE TABLE locked.t (id INT PRIMARY KEY)");
      session.execute("LOCK TABLES locked.t WRITE");
      assertThat(brief.check(table)).isInstanceOf(Outcome.Unfinished.class);
      session.execute("UNLOCK TABLES");
      assertThat(patient.check(table)).isEqualTo(new Outcome.Intact());
      session.execute("DROP DATABASE locked");
    }
  }

  @Test
  void findsIndexesThatDisagreeThoughEveryChecksumHolds() throws Exception {
    LocalServer server = damaged(TableCheckTest::hideARow);
    try (TableCheck check = new TableCheck(Trio.login(server), LIMIT)) {
      assertThat(check.check(HURT)).isInstanceOf(Outcome.Corrupt.class);
    }
    server.destroy();
  }

  /** mysqld ends itself; its error log tells why. */
  @Test
  @Tag("long")
  void losesAServerThatReadsAPageThatRotted() throws Exception {
    LocalServer server = damaged(page -> page.put(5_000, (byte) ~page.get(5_000)));
    try (TableCheck check = new TableCheck(Trio.login(server), LIMIT)) {
      assertThatThrownBy(() -> check.check(HURT))
          .isInstanceOfSatisfying(
              MysqlException.class,
              e -> assertThat(e.code()).isEqualTo(FailureCode.CONNECTION_LOST));
    }
    server.destroy();
  }

  private LocalServer damaged(Consumer<ByteBuffer> damage) throws IOException {
    LocalServer server = fleet.started(fleet.fresh());
    try (MysqlSession session = server.open(ADMIN)) {
      session.execute("CREATE DATABASE hurt");
      session.execute(
          "CREATE TABLE hurt.t (id INT PRIMARY KEY AUTO_INCREMENT, v CHAR(200), KEY (v))");
      session.execute("INSERT INTO hurt.t (v) VALUES ('a')");
      for (int i = 0; i < 13; i++) {
        session.execute("INSERT INTO hurt.t (v) SELECT UUID() FROM hurt.t");
      }
    }
    server.stopCleanly(STOP);
    Path file = server.dataDirectory().resolve("hurt/t.ibd");
    byte[] bytes = Files.readAllBytes(file);
    damage.accept(leaf(ByteBuffer.wrap(bytes)));
    Files.write(file, bytes);
    server.start(START);
    return server;
  }

  /** A leaf of the clustered index, whose root is page 4. */
  private static ByteBuffer leaf(ByteBuffer file) {
    int level = 64;
    int index = 66;
    for (int at = 5 * PAGE; at < file.limit(); at += PAGE) {
      if (file.getShort(at + level) == 0
          && file.getLong(at + index) == file.getLong(4 * PAGE + index)) {
        return file.slice(at, PAGE);
      }
    }
    throw new AssertionError("no leaf");
  }

  /** Marks the first record as deleted, and gives the page the checksum of that. */
  private static void hideARow(ByteBuffer page) {
    int infimum = 99;
    int flags = infimum + page.getShort(infimum - 2) - 5;
    page.put(flags, (byte) (page.get(flags) | 0x20));
    CRC32C head = new CRC32C();
    head.update(page.slice(4, 22));
    CRC32C body = new CRC32C();
    body.update(page.slice(38, PAGE - 46));
    int checksum = (int) (head.getValue() ^ body.getValue());
    page.putInt(0, checksum);
    page.putInt(PAGE - 8, checksum);
  }
}
