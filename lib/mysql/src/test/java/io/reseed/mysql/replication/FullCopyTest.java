package io.reseed.mysql.replication;

import static io.reseed.mysql.Fleet.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.server.LocalServer;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that have the GTID set of a whole copy and are none, on real ones of every kind. */
@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class FullCopyTest {
  private static final Credentials DONOR = Fleet.account("seen-by", "seen-by-secret");
  private static final Credentials BLIND = Fleet.account("blind", "blind-secret");
  private static final String SOURCE =
      "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = 1";

  private final LocalServer server;
  private final Fleet fleet;

  FullCopyTest(Fleet fleet) {
    this.fleet = fleet;
    server = fleet.shared("part");
    try (MysqlSession admin = server.open(ADMIN)) {
      for (Credentials account : new Credentials[] {DONOR, BLIND}) {
        String user = "'" + account.user() + "'@'%'";
        admin.execute(
            "CREATE USER IF NOT EXISTS " + user + " IDENTIFIED BY '" + account.password() + "'");
        admin.execute("GRANT BACKUP_ADMIN, PROCESS ON *.* TO " + user);
        admin.execute("GRANT SELECT ON performance_schema.* TO " + user);
      }
      admin.execute("GRANT SHOW VIEW ON *.* TO 'seen-by'@'%'");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "REPLICATE_DO_DB=(a)            | REPLICATE_DO_DB=()             | REPLICATE_DO_DB=a",
        "REPLICATE_IGNORE_DB=(a)        | REPLICATE_IGNORE_DB=()         | REPLICATE_IGNORE_DB=a",
        "REPLICATE_DO_TABLE=(a.t)       | REPLICATE_DO_TABLE=()          | REPLICATE_DO_TABLE=a.t",
        "REPLICATE_IGNORE_TABLE=(a.t)   | REPLICATE_IGNORE_TABLE=()      | REPLICATE_IGNORE_TABLE=a.t",
        "REPLICATE_WILD_DO_TABLE=('a.%')| REPLICATE_WILD_DO_TABLE=()     | REPLICATE_WILD_DO_TABLE=a.%",
        "REPLICATE_WILD_IGNORE_TABLE=('a.%')|REPLICATE_WILD_IGNORE_TABLE=()|"
            + "REPLICATE_WILD_IGNORE_TABLE=a.%",
        "REPLICATE_REWRITE_DB=((a,b))   | REPLICATE_REWRITE_DB=()        | REPLICATE_REWRITE_DB=(a,b)",
      })
  void aReplicationFilterOfOneChannelOrOfAllIsNamed(String set, String unset, String named) {
    for (String channel : new String[] {"", " FOR CHANNEL ''"}) {
      run(SOURCE, "CHANGE REPLICATION FILTER " + set + channel);
      try {
        assertPartial("filter " + named);
      } finally {
        run("CHANGE REPLICATION FILTER " + unset + channel, "RESET REPLICA ALL");
      }
    }
    assertWhole();
  }

  @Test
  void aDelayAndFurtherChannelsAreNamed() {
    run(SOURCE + ", SOURCE_DELAY = 600");
    assertPartial("delayed by 600 s");
    run("RESET REPLICA ALL", SOURCE + " FOR CHANNEL 'second'");
    assertPartial("fed by channel second");
    run("RESET REPLICA ALL");
    assertWhole();
  }

  @ParameterizedTest
  @CsvSource({"binlog_ignore_db, Binlog_Ignore_DB", "binlog_do_db, Binlog_Do_DB"})
  void whatDoesNotReachTheBinlogIsNamed(String setting, String named) {
    Map<String, String> settings = new HashMap<>(Map.of(setting, "audit"));
    LocalServer filtered = fleet.started(fleet.fresh(settings));
    try (MysqlSession admin = filtered.open(ADMIN)) {
      assertThat(admin.probe().partialReasons())
          .containsExactly("binlog filter " + named + "=audit");
    } finally {
      filtered.destroy();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MyISAM, CREATE TABLE odd.t (id INT PRIMARY KEY) ENGINE=MyISAM",
    "CSV, CREATE TABLE odd.t (id INT NOT NULL) ENGINE=CSV",
    "ARCHIVE, CREATE TABLE odd.t (id INT) ENGINE=ARCHIVE",
    "MEMORY, CREATE TABLE odd.t (id INT PRIMARY KEY) ENGINE=MEMORY",
    "MRG_MYISAM, CREATE TABLE odd.t (id INT) ENGINE=MERGE",
  })
  void tablesWhoseRowsACopyMayLackAreRefusedByName(String engine, String create) {
    run("CREATE DATABASE odd", create);
    try {
      assertCode(
          FailureCode.ENGINE_NOT_CARRIED,
          "odd.t (" + engine + ")",
          () -> as(DONOR, FullCopy::requireOfDonor));
      assertCode(
          FailureCode.ENGINE_NOT_CARRIED,
          "odd.t (" + engine + ")",
          () -> as(ADMIN, FullCopy::requireCarriedEngines));
    } finally {
      run("DROP DATABASE odd");
    }
    assertWhole();
  }

  @Test
  void tablesWithoutRowsOfTheirOwnAndViewsAreCarried() {
    run(
        "CREATE DATABASE odd",
        "CREATE TABLE odd.hole (id INT) ENGINE=BLACKHOLE",
        "CREATE TABLE odd.t (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3",
        "CREATE VIEW odd.v AS SELECT * FROM odd.t");
    try {
      assertWhole();
    } finally {
      run("DROP DATABASE odd");
    }
  }

  @Test
  void whoSeesNoTablesDoesNotTakeThemForNone() {
    assertCode(
        FailureCode.PRIVILEGE_MISSING, "SHOW VIEW", () -> as(BLIND, FullCopy::requireOfDonor));
  }

  /** As a copy of a server that was fed by several. */
  @Test
  void channelsThatACopyBroughtAreNotInTheWayOfItsSource() {
    LocalServer source = fleet.shared("a");
    LocalServer copy = fleet.started(fleet.fresh());
    try (MysqlSession session = copy.open(ADMIN)) {
      session.execute("RESET BINARY LOGS AND GTIDS");
      session.execute(SOURCE + " FOR CHANNEL 'second'");
      session.execute(SOURCE + " FOR CHANNEL 'third'");
      Replication.attach(session, source.address(), Fleet.REPLICATION);
      assertThat(session.probe().partialReasons()).isEmpty();
      assertThat(session.replication().orElseThrow().isFrom(source.address())).isTrue();
    } finally {
      copy.destroy();
    }
  }

  private void assertPartial(String named) {
    try (MysqlSession admin = server.open(ADMIN)) {
      assertThat(admin.probe().partialReasons()).containsExactly(named);
    }
    assertCode(FailureCode.PARTIAL_COPY, named, () -> as(DONOR, FullCopy::requireOfDonor));
  }

  private void assertWhole() {
    try (MysqlSession admin = server.open(ADMIN)) {
      assertThat(admin.probe().partialReasons()).isEmpty();
    }
    assertThatCode(() -> as(DONOR, FullCopy::requireOfDonor)).doesNotThrowAnyException();
  }

  private static void assertCode(FailureCode code, String named, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MysqlException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(named);
  }

  @FunctionalInterface
  private interface Question {
    void ask(MysqlSession session);
  }

  private void as(Credentials account, Question question) {
    try (MysqlSession session = server.open(account)) {
      question.ask(session);
    }
  }

  private void run(String... statements) {
    try (MysqlSession admin = server.open(ADMIN)) {
      for (String statement : statements) {
        admin.execute(statement);
      }
    }
  }
}
