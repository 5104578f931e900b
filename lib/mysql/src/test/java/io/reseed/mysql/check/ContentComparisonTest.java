package io.reseed.mysql.check;

import static io.reseed.mysql.Fleet.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.ContentComparison.Bounds;
import io.reseed.mysql.check.ContentComparison.Result;
import io.reseed.mysql.check.ContentComparison.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On a source, a replica and a copy of it. */
@ExtendWith(Fleet.Extension.class)
@TestInstance(Lifecycle.PER_CLASS)
@Tag("slow")
final class ContentComparisonTest {
  private static final Bounds SHORT =
      new Bounds(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          10_000,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60));

  private static final TableName KINDS = new TableName("shop", "kinds");
  private static final TableName KEYLESS = new TableName("shop", "keyless");
  private static final TableName COMPOSITE = new TableName("shop", "composite");
  private static final TableName ODD = new TableName("shop", "o`dd.ñame {d '1'} ? ☃ --x");

  private final Trio trio;

  ContentComparisonTest(Fleet fleet) {
    trio = Trio.start(fleet);
  }

  @BeforeAll
  void fill() {
    trio.onSource(
        "CREATE DATABASE shop",
        """
        CREATE TABLE shop.kinds (id BIGINT UNSIGNED PRIMARY KEY, t TINYINT, u MEDIUMINT UNSIGNED,
          d DECIMAL(30,10), f FLOAT, g DOUBLE, b BIT(13), c CHAR(10), v VARCHAR(50)
          CHARACTER SET latin1, w VARCHAR(50) COLLATE utf8mb4_0900_ai_ci, n VARBINARY(20),
          x TEXT, y LONGBLOB, j JSON, e ENUM('a', 'b'), s SET('p', 'q'), dt DATE, tm TIME(3),
          ts TIMESTAMP(6) NULL, da DATETIME(2), yr YEAR, p POINT, geo GEOMETRY,
          gv INT AS (t * 2) VIRTUAL, gs VARCHAR(60) AS (CONCAT(w, '!')) STORED,
          hidden INT INVISIBLE)
        """,
        """
        INSERT INTO shop.kinds (id, t, u, d, f, g, b, c, v, w, n, x, y, j, e, s, dt, tm, ts, da, yr,
          p, geo, hidden) VALUES
        (1, 1, 2, 1.5, 0.1, 1e-7, b'101', 'c', 'ä', 'ß☃', x'00FF', 'text', x'0102',
          '{"a": [1, 2.5, null]}', 'a', 'p,q', '2026-01-01', '-10:00:00.5',
          '2026-10-25 00:30:00.000001', '2026-01-01 01:01:01.25', 2026, POINT(1, 2),
          ST_GeomFromText('LINESTRING(0 0, 1 1)', 4326), 5),
        (18446744073709551615, -1, 0, -1.5, -0.0, 0, b'0', '', '', '', '', '', '', '[]', 'b', '',
          NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (3, %1$s, NULL)
        """
            .formatted("NULL, ".repeat(21) + "NULL"),
        "CREATE TABLE shop.keyless (a INT, b VARCHAR(20))",
        "INSERT INTO shop.keyless VALUES (1, 'x'), (1, 'x'), (NULL, ''), (2, NULL)",
        """
        CREATE TABLE shop.composite (a VARCHAR(20), b BINARY(4), c DATETIME(3), v INT,
          PRIMARY KEY (a, b, c DESC))
        """,
        """
        INSERT INTO shop.composite
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 899)
        SELECT CONCAT('k', a.i MOD 37), UNHEX(LPAD(HEX(b.i MOD 61), 8, '0')),
          TIMESTAMP('2026-01-01') + INTERVAL (a.i * 40 + b.i) SECOND, a.i
        FROM n a JOIN n b ON b.i < 40
        """,
        "CREATE TABLE shop.%s (`k``ey ☃` INT PRIMARY KEY, `a b` INT)"
            .formatted(ODD.quoted().substring("`shop`.".length())),
        "INSERT INTO %s VALUES (1, 2)".formatted(ODD.quoted()));
    trio.awaitCopy();
  }

  @AfterAll
  void remove() {
    trio.destroy();
  }

  @Test
  void findsEqualTablesEqual() throws InterruptedException {
    for (TableName table : List.of(KINDS, KEYLESS, COMPOSITE, ODD)) {
      Result result = compare(table);
      assertThat(result.verdict()).isEqualTo(new Verdict.Equal());
      assertThat(result.rows()).isPositive();
      assertThat(result.holdMillis()).isLessThan(10_000);
    }
    assertThat(compare(COMPOSITE).chunks()).isGreaterThan(3);
    assertThat(compare(COMPOSITE).rows()).isEqualTo(36_000);
  }

  /** Two well servers may compute them with other settings, and neither's are stored anywhere. */
  @Test
  void whatIsNotStoredDoesNotDependOnSettings() throws InterruptedException {
    TableName computed = new TableName("shop", "computed");
    TableName nothingElse = new TableName("shop", "nothing_else");
    trio.onSource(
        """
        CREATE TABLE shop.computed (id INT PRIMARY KEY, a DECIMAL(10,2), b DECIMAL(10,2),
          q VARCHAR(60) AS (CAST(a / b AS CHAR)) VIRTUAL, w INT AS (WEEK('2026-01-01')) VIRTUAL)
        """,
        "INSERT INTO shop.computed (id, a, b) VALUES (1, 10, 3)",
        "CREATE TABLE shop.nothing_else (one INT AS (1) VIRTUAL)",
        "INSERT INTO shop.nothing_else () VALUES (), ()");
    trio.awaitCopy();
    trio.onReplica("SET GLOBAL div_precision_increment = 12", "SET GLOBAL default_week_format = 3");
    try {
      assertThat(compare(computed).verdict()).isEqualTo(new Verdict.Equal());
      assertThat(compare(nothingElse).verdict()).isEqualTo(new Verdict.Equal());
      assertThat(compare(nothingElse).rows()).isEqualTo(2);
    } finally {
      trio.onReplica(
          "SET GLOBAL div_precision_increment = DEFAULT",
          "SET GLOBAL default_week_format = DEFAULT");
    }
    trio.onCopyOnly("UPDATE shop.computed SET a = 11");
    assertThat(compare(computed).verdict()).isInstanceOf(Verdict.Different.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t = 0                                | id = 1",
        "t = NULL                             | id = 1",
        "d = d + 0.0000000001                 | id = 1",
        "f = 0.10000001                       | id = 1",
        "b = b'100'                           | id = 1",
        "n = x'00'                            | id > 5",
        "x = ''                               | id = 3",
        "w = 'SS☃'                            | id = 1",
        "j = '{\"a\": [1, 2.50001, null]}'    | id = 1",
        "s = 'q'                              | id = 1",
        "ts = '2026-10-25 01:30:00.000001'    | id = 1",
        "geo = ST_GeomFromText('LINESTRING(0 0, 1 1)') | id = 1",
        "hidden = 6                           | id = 1",
        "id = 2                               | id = 1"
      })
  void findsAnyChange(String change, String row) throws InterruptedException {
    assertFound(change, row);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "g = 1.0000000000000002e-7            | id = 1",
        "c = NULL                             | id > 5",
        "v = NULL                             | id > 5",
        "n = NULL                             | id > 5",
        "x = NULL                             | id > 5",
        "y = x'0103'                          | id = 1",
        "e = 'b'                              | id = 1",
        "tm = '-10:00:00.501'                 | id = 1",
        "p = POINT(2, 1)                      | id = 1"
      })
  @Tag("long")
  void findsFurtherChanges(String change, String row) throws InterruptedException {
    assertFound(change, row);
  }

  private void assertFound(String change, String row) throws InterruptedException {
    trio.onCopyOnly(
        "CREATE TABLE shop.kept LIKE shop.kinds",
        "RENAME TABLE shop.kinds TO shop.whole, shop.kept TO shop.kinds",
        copyOfKinds(),
        "UPDATE shop.kinds SET %s WHERE %s".formatted(change, row));
    Result result = compare(KINDS);
    trio.onCopyOnly("DROP TABLE shop.kinds", "RENAME TABLE shop.whole TO shop.kinds");
    assertThat(result.verdict())
        .isInstanceOfSatisfying(
            Verdict.Different.class,
            different -> assertThat(different.detail()).contains("shop.kinds", "3 rows here"));
    assertThat(compare(KINDS).verdict()).isEqualTo(new Verdict.Equal());
  }

  private static String copyOfKinds() {
    String columns =
        "id, t, u, d, f, g, b, c, v, w, n, x, y, j, e, s, dt, tm, ts, da, yr, p, geo, hidden";
    return "INSERT INTO shop.kinds (%1$s) SELECT %1$s FROM shop.whole".formatted(columns);
  }

  @Test
  void saysWhereRowsDiffer() throws InterruptedException {
    trio.onCopyOnly("DELETE FROM shop.composite WHERE a = 'k20' LIMIT 1");
    Result result = compare(COMPOSITE);
    assertThat(result.verdict())
        .isInstanceOfSatisfying(
            Verdict.Different.class,
            different ->
                assertThat(different.detail())
                    .matches(".*after \\(k1\\d,0000.*\\) to \\(k2\\d?,0000.*"));
    trio.onSource("CREATE TABLE shop.aside AS SELECT * FROM shop.composite");
    trio.awaitCopy();
    trio.onCopyOnly("INSERT IGNORE INTO shop.composite SELECT * FROM shop.aside");
    assertThat(compare(COMPOSITE).verdict()).isEqualTo(new Verdict.Equal());
  }

  @Test
  void countsEqualRowsOfATableWithoutAKey() throws InterruptedException {
    trio.onCopyOnly("UPDATE shop.keyless SET a = 7 WHERE a = 1");
    assertThat(compare(KEYLESS).verdict()).isInstanceOf(Verdict.Different.class);
    trio.onCopyOnly("UPDATE shop.keyless SET a = 1 WHERE a = 7");
    assertThat(compare(KEYLESS).verdict()).isEqualTo(new Verdict.Equal());
  }

  @Test
  void findsTablesThatOnlyOneHas() throws InterruptedException {
    trio.onSource("CREATE TABLE shop.lost (id INT PRIMARY KEY)");
    trio.awaitCopy();
    trio.onCopyOnly("DROP TABLE shop.lost", "CREATE TABLE shop.extra (id INT PRIMARY KEY)");
    assertThat(compare(new TableName("shop", "lost")).verdict())
        .isInstanceOfSatisfying(
            Verdict.Different.class, d -> assertThat(d.detail()).contains("replica only"));
    assertThat(compare(new TableName("shop", "extra")).verdict())
        .isInstanceOfSatisfying(
            Verdict.Different.class, d -> assertThat(d.detail()).contains("dedicated server only"));
    assertThat(compare(new TableName("shop", "never")).verdict())
        .isInstanceOf(Verdict.NotHeld.class);
    trio.onCopyOnly("DROP TABLE shop.extra", "CREATE TABLE shop.lost (id INT PRIMARY KEY)");
  }

  @Test
  void findsAnotherDefinition() throws InterruptedException {
    trio.onSource("CREATE TABLE shop.defined (id INT PRIMARY KEY, a INT)");
    trio.awaitCopy();
    trio.onCopyOnly("ALTER TABLE shop.defined MODIFY a BIGINT");
    assertThat(compare(new TableName("shop", "defined")).verdict())
        .isInstanceOfSatisfying(
            Verdict.Different.class, d -> assertThat(d.detail()).contains("a bigint"));
  }

  @Test
  void givesUpOnALockThatItDoesNotGet() throws InterruptedException {
    try (MysqlSession other = trio.replica().open(ADMIN)) {
      other.execute("SET GLOBAL super_read_only = OFF");
      other.execute("LOCK TABLES shop.kinds WRITE");
      long begin = System.nanoTime();
      assertThat(compare(KINDS).verdict())
          .isInstanceOfSatisfying(
              Verdict.NotHeld.class, held -> assertThat(held.reason()).contains("no lock"));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }
    assertThat(compare(KINDS).verdict()).isEqualTo(new Verdict.Equal());
  }

  @Test
  void givesUpOnACopyThatDoesNotFollow() throws InterruptedException {
    Bounds impatient =
        new Bounds(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            10_000,
            Duration.ofSeconds(1),
            Duration.ofSeconds(60));
    trio.onCopyOnly("STOP REPLICA SQL_THREAD");
    trio.onSource("INSERT INTO shop.keyless VALUES (9, 'nine')");
    await().atMost(Trio.WAIT).until(this::replicaHasNine);
    Verdict verdict = trio.comparison(impatient).compare(KINDS).verdict();
    trio.onCopyOnly("START REPLICA");
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.NotHeld.class, held -> assertThat(held.reason()).contains("did not execute"));
    trio.onSource("DELETE FROM shop.keyless WHERE a = 9");
    trio.awaitCopy();
  }

  private boolean replicaHasNine() {
    try (MysqlSession session = trio.replica().open(ADMIN)) {
      return session.queryValue("SELECT 1 FROM shop.keyless WHERE a = 9").isPresent();
    }
  }

  @Test
  void givesUpOnAReplicaThatIsAway() throws InterruptedException {
    ServerLogin nobody = new ServerLogin(Fleet.freeAddress(), ADMIN);
    ContentComparison comparison =
        new ContentComparison(Trio.login(trio.copy()), nobody, Bounds.DEFAULT);
    assertThat(comparison.compare(KINDS).verdict()).isInstanceOf(Verdict.NotHeld.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHoldEndsWithItsConnection(boolean killed) throws Exception {
    try (MysqlSession other = trio.replica().open(ADMIN)) {
      other.execute("SET GLOBAL super_read_only = OFF");
      other.execute("SET SESSION lock_wait_timeout = 1");
      try (MysqlSession held = trio.replica().open(ADMIN)) {
        String connection = held.queryValue("SELECT CONNECTION_ID()").orElseThrow();
        new TableHold(held, SHORT).begin(KINDS);
        assertThatThrownBy(() -> other.execute("LOCK TABLES shop.kinds WRITE"))
            .isInstanceOf(MysqlException.class);
        // from now on it must get it: mysqld cleans a connection up in its own time
        other.execute("SET SESSION lock_wait_timeout = 30");
        if (killed) {
          other.execute("KILL " + connection);
          other.execute("LOCK TABLES shop.kinds WRITE");
        }
      }
      other.execute("LOCK TABLES shop.kinds WRITE");
    }
  }

  @Test
  void aHoldEndsByItselfWhenItsHolderIsSilent() throws Exception {
    try (MysqlSession held = trio.replica().open(ADMIN);
        MysqlSession other = trio.replica().open(ADMIN)) {
      other.execute("SET GLOBAL super_read_only = OFF");
      new TableHold(held, SHORT).begin(KINDS);
      long begin = System.nanoTime();
      other.execute("LOCK TABLES shop.kinds WRITE");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    }
  }

  private Result compare(TableName table) throws InterruptedException {
    return trio.comparison(SHORT).compare(table);
  }
}
