package io.reseed.restore;

import static io.reseed.restore.Carried.elsewhere;
import static io.reseed.restore.Carried.left;
import static io.reseed.restore.Carried.refused;
import static io.reseed.restore.Carried.whole;

import io.reseed.fleet.FailureCode;
import io.reseed.restore.Carried.Outcome.Left;
import io.reseed.restore.Carried.Outcome.Named;
import io.reseed.restore.Carried.Outcome.Whole;
import java.util.List;
import java.util.stream.Stream;

/** The rows of docs/CARRIED.md: every kind of thing that a server of MySQL 9.7 may have. */
final class CarriedThings {
  private static final String[] OTHER_ENGINES = {
    "FullCopyTest.tablesWhoseRowsACopyMayLackAreRefusedByName",
    "OddDonorTest.aDonorWithATableThatACloneBringsEmptyIsRefusedByName",
    "CatchUpServiceTest.refusesACopyAndASourceThatMayLackRows"
  };
  private static final String REFUSED_HOW =
      "before a clone, at the attach and in each check, with the tables' names";

  private CarriedThings() {}

  /** Tables of InnoDB, whatever they are made of. */
  static final List<Carried> TABLES =
      List.of(
          whole(
              "tables, keys of several columns, all common types",
              "SELECT GROUP_CONCAT(id, v, d, j, SHA2(b, 256) ORDER BY id) FROM carried.plain",
              "CREATE TABLE carried.plain (id INT, n INT, v VARCHAR(20), d DATETIME(6), j JSON,"
                  + " b LONGBLOB, e ENUM('a', 'b'), PRIMARY KEY (id, n))",
              "INSERT INTO carried.plain VALUES (1, 1, 'a', '2026-11-30 01:02:03.000004',"
                  + " '{\"a\": [1]}', REPEAT('b', 70000), 'b')"),
          whole(
              "partitions and subpartitions",
              "SELECT COUNT(*) FROM carried.parted PARTITION (p1)",
              "CREATE TABLE carried.parted (id INT PRIMARY KEY) PARTITION BY RANGE (id)"
                  + " SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (10),"
                  + " PARTITION p1 VALUES LESS THAN MAXVALUE)",
              "INSERT INTO carried.parted VALUES (1), (11), (12)"),
          whole(
                  "general tablespaces",
                  "SELECT COUNT(*) FROM carried.general",
                  "CREATE TABLESPACE carried ADD DATAFILE 'carried.ibd'",
                  "CREATE TABLE carried.general (id INT PRIMARY KEY) TABLESPACE carried",
                  "INSERT INTO carried.general VALUES (1), (2)")
              .alsoHeldBy(
                  "those outside the data directory, too",
                  "OddServersTest.comesBackElsewhere",
                  "OddDonorTest.tablespacesOutsideAreTakenIntoTheServersFolder"),
          whole(
              "FULLTEXT indexes",
              "SELECT COUNT(*) FROM carried.texts WHERE MATCH (v) AGAINST ('needle')",
              "CREATE TABLE carried.texts (id INT PRIMARY KEY, v TEXT, FULLTEXT (v))",
              "INSERT INTO carried.texts VALUES (1, 'a needle'), (2, 'hay')"),
          whole(
              "spatial columns, indexes and reference systems",
              "SELECT CONCAT(ST_AsText(p), (SELECT SRS_NAME FROM"
                  + " information_schema.ST_SPATIAL_REFERENCE_SYSTEMS WHERE SRS_ID = 990001))"
                  + " FROM carried.places",
              "CREATE SPATIAL REFERENCE SYSTEM 990001 NAME 'carried' DEFINITION"
                  + " 'GEOGCS[\"carried\",DATUM[\"d\",SPHEROID[\"s\",6378137,298.257223563]],"
                  + "PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.017453292519943278],"
                  + "AXIS[\"Lat\",NORTH],AXIS[\"Lon\",EAST]]'",
              "CREATE TABLE carried.places (id INT PRIMARY KEY, p POINT NOT NULL SRID 990001,"
                  + " SPATIAL INDEX (p))",
              "INSERT INTO carried.places VALUES (1, ST_GeomFromText('POINT(1 2)', 990001))"),
          whole(
                  "generated columns",
                  "SELECT CONCAT(a, b) FROM carried.made FORCE INDEX (b)",
                  "CREATE TABLE carried.made (id INT PRIMARY KEY, a INT AS (id + 1) STORED,"
                      + " b INT AS (id + 2) VIRTUAL, KEY (b))",
                  "INSERT INTO carried.made (id) VALUES (1)")
              .alsoHeldBy(
                  "virtual ones are compared by their definitions",
                  "ContentComparisonTest.whatIsNotStoredDoesNotDependOnSettings"),
          whole(
              "instant columns, added and dropped",
              "SELECT CONCAT(id, d, (SELECT TOTAL_ROW_VERSIONS FROM"
                  + " information_schema.INNODB_TABLES WHERE NAME = 'carried/instant'))"
                  + " FROM carried.instant",
              "CREATE TABLE carried.instant (id INT PRIMARY KEY, c INT)",
              "INSERT INTO carried.instant VALUES (1, 2)",
              "ALTER TABLE carried.instant ADD COLUMN d INT DEFAULT 7, ALGORITHM=INSTANT",
              "ALTER TABLE carried.instant DROP COLUMN c, ALGORITHM=INSTANT"),
          whole(
              "invisible columns, invisible indexes, generated invisible keys",
              "SELECT CONCAT(hidden, my_row_id, (SELECT COUNT(*) FROM information_schema.STATISTICS"
                  + " WHERE TABLE_NAME = 'hiding' AND IS_VISIBLE = 'NO')) FROM carried.hiding",
              "SET SESSION sql_generate_invisible_primary_key = ON",
              "CREATE TABLE carried.hiding (a INT, hidden INT DEFAULT 3 INVISIBLE,"
                  + " KEY k (a) INVISIBLE)",
              "INSERT INTO carried.hiding (a) VALUES (1)"),
          whole(
              "functional and multi-valued indexes, checks, foreign keys, histograms",
              "SELECT CONCAT(MAX(id), MAX(n), MAX(j), (SELECT COUNT(*) FROM"
                  + " information_schema.COLUMN_STATISTICS"
                  + " WHERE TABLE_NAME = 'ruled')) FROM carried.ruled WHERE 5 MEMBER OF (j->'$.z')",
              "CREATE TABLE carried.ruled (id INT PRIMARY KEY, n INT CHECK (n > 0), j JSON,"
                  + " KEY ((n + 1)), KEY ((CAST(j->'$.z' AS UNSIGNED ARRAY))),"
                  + " FOREIGN KEY (n) REFERENCES carried.ruled (id))",
              "INSERT INTO carried.ruled VALUES (1, 1, '{\"z\": [4, 5]}')",
              "ANALYZE TABLE carried.ruled UPDATE HISTOGRAM ON n"),
          whole(
              "vectors",
              "SELECT FROM_VECTOR(v) FROM carried.vectors",
              "CREATE TABLE carried.vectors (id INT PRIMARY KEY, v VECTOR(3))",
              "INSERT INTO carried.vectors VALUES (1, TO_VECTOR('[1,2,3]'))"),
          whole(
                  "compressed rows and compressed pages",
                  "SELECT CONCAT(a.v, b.v) FROM carried.rows_packed a JOIN carried.pages_packed b",
                  "CREATE TABLE carried.rows_packed (id INT PRIMARY KEY, v TEXT)"
                      + " ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4",
                  "CREATE TABLE carried.pages_packed (id INT PRIMARY KEY, v TEXT) COMPRESSION='zlib'",
                  "INSERT INTO carried.rows_packed VALUES (1, REPEAT('r', 900))",
                  "INSERT INTO carried.pages_packed VALUES (1, REPEAT('p', 900))")
              .alsoHeldBy("with pages of any size", "OddServersTest.comesBackElsewhere"),
          elsewhere(
              "encrypted tables, undo and redo logs",
              new Whole(),
              "where the host's keyring has the keys, which no backup has; else `KEYRING_MISSING`",
              "OddContentsTest.keysStayBehindAndAreNamedWhenTheyAreMissing"),
          elsewhere(
              "any name that MySQL allows",
              new Whole(),
              "",
              "OddContentsTest.anyNameThatMysqlAllows"),
          elsewhere(
              "temporary tables",
              new Left(),
              "they are their session's; a copy waits until an applier has none open, else"
                  + " `TEMPORARY_TABLES_OPEN`",
              "StoppingServerTest.aServerThatWasAttachedOnceMoreIsNotCommitted"));

  /** Other engines. */
  static final List<Carried> ENGINES =
      List.of(
          refused("MyISAM", FailureCode.ENGINE_NOT_CARRIED, REFUSED_HOW, OTHER_ENGINES),
          refused("CSV", FailureCode.ENGINE_NOT_CARRIED, REFUSED_HOW, OTHER_ENGINES),
          refused("ARCHIVE", FailureCode.ENGINE_NOT_CARRIED, REFUSED_HOW, OTHER_ENGINES),
          refused("MEMORY", FailureCode.ENGINE_NOT_CARRIED, REFUSED_HOW, OTHER_ENGINES),
          refused("MERGE", FailureCode.ENGINE_NOT_CARRIED, REFUSED_HOW, OTHER_ENGINES),
          refused(
              "NDB and any other engine",
              FailureCode.ENGINE_NOT_CARRIED,
              REFUSED_HOW + "; no server here has one to try"),
          whole(
                  "BLACKHOLE",
                  "SELECT CREATE_OPTIONS IS NOT NULL AND ENGINE = 'BLACKHOLE' FROM"
                      + " information_schema.TABLES WHERE TABLE_NAME = 'hole'",
                  "CREATE TABLE carried.hole (id INT) ENGINE=BLACKHOLE")
              .alsoHeldBy(
                  "it has no rows", "FullCopyTest.tablesWithoutRowsOfTheirOwnAndViewsAreCarried"),
          elsewhere(
              "FEDERATED",
              new Named("the evidence, as not in InnoDB"),
              "its definition is carried, its rows are another server's",
              "TableCheckTest.skipsATableWhoseEngineIsNotLoaded"));

  /** What is beside tables. */
  static final List<Carried> OBJECTS =
      List.of(
          whole(
              "views, materialized ones, JSON duality views",
              "SELECT CONCAT((SELECT COUNT(*) FROM carried.seen), (SELECT data->>'$._id' FROM"
                  + " carried.dual_seen), (SELECT COUNT(*) FROM information_schema.VIEWS WHERE"
                  + " TABLE_SCHEMA = 'carried'))",
              "CREATE TABLE carried.base (id INT PRIMARY KEY, v VARCHAR(9))",
              "INSERT INTO carried.base VALUES (1, 'x')",
              "CREATE VIEW carried.seen AS SELECT v FROM carried.base",
              "CREATE MATERIALIZED VIEW carried.kept AS SELECT v FROM carried.base",
              "CREATE JSON RELATIONAL DUALITY VIEW carried.dual_seen AS SELECT"
                  + " JSON_DUALITY_OBJECT('_id': id, 'v': v) FROM carried.base"),
          whole(
              "functions, procedures, libraries",
              "SELECT CONCAT(carried.plus_one(1), (SELECT COUNT(*) FROM information_schema.LIBRARIES),"
                  + " (SELECT ROUTINE_DEFINITION FROM information_schema.ROUTINES WHERE ROUTINE_NAME"
                  + " = 'told'))",
              "CREATE FUNCTION carried.plus_one (a INT) RETURNS INT DETERMINISTIC RETURN a + 1",
              "CREATE PROCEDURE carried.told () SELECT 'told'",
              "CREATE LIBRARY carried.lib LANGUAGE JAVASCRIPT AS 'export function f(n) {return n}'"),
          whole(
              "triggers",
              "SELECT ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE TRIGGER_NAME = 'fired'",
              "CREATE TABLE carried.firing (id INT PRIMARY KEY, v INT)",
              "CREATE TRIGGER carried.fired BEFORE INSERT ON carried.firing FOR EACH ROW"
                  + " SET NEW.v = 1"),
          whole(
                  "events",
                  "SELECT EVENT_DEFINITION FROM information_schema.EVENTS WHERE EVENT_NAME = 'timed'",
                  "CREATE EVENT carried.timed ON SCHEDULE EVERY 1 YEAR DO SET @a = 1")
              .alsoHeldBy(
                  "none runs before a promotion",
                  "LocalServerTest.noEventRunsOnAFencedServerNorOnceItServes"),
          whole(
              "accounts, dual passwords, roles, rights",
              "SELECT CONCAT(authentication_string, User_attributes, (SELECT COUNT(*) FROM"
                  + " mysql.role_edges), (SELECT COUNT(*) FROM mysql.default_roles))"
                  + " FROM mysql.user WHERE User = 'carried'",
              "CREATE USER carried IDENTIFIED BY 'first'",
              "ALTER USER carried IDENTIFIED BY 'second' RETAIN CURRENT PASSWORD",
              "CREATE ROLE carrying",
              "GRANT SELECT ON *.* TO carrying",
              "GRANT carrying TO carried",
              "SET DEFAULT ROLE carrying TO carried"),
          whole(
              "loadable functions, components, foreign servers",
              "SELECT CONCAT((SELECT dl FROM mysql.func), (SELECT component_urn FROM"
                  + " mysql.component), (SELECT Host FROM mysql.servers))",
              "CREATE FUNCTION keyring_key_generate RETURNS INTEGER SONAME 'keyring_udf.so'",
              "INSTALL COMPONENT 'file://component_query_attributes'",
              "CREATE SERVER carried FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'elsewhere', DATABASE"
                  + " 'd', USER 'u')"),
          whole(
              "resource groups",
              "SELECT RESOURCE_GROUP_TYPE FROM information_schema.RESOURCE_GROUPS WHERE"
                  + " RESOURCE_GROUP_NAME = 'carried'",
              "CREATE RESOURCE GROUP carried TYPE = USER"),
          left(
              "persisted settings",
              "the fence would not hold; named in the evidence, and what matters is taken from the"
                  + " source",
              "SELECT COUNT(*) FROM performance_schema.persisted_variables WHERE VARIABLE_NAME ="
                  + " 'div_precision_increment'",
              "SET PERSIST div_precision_increment = 12"));

  /** Kinds of servers. */
  static final List<Carried> SERVERS =
      List.of(
          refused(
              "replicas with a filter, of one channel or of all",
              FailureCode.PARTIAL_COPY,
              "no donor, no source, and no replica that counts",
              "FullCopyTest.aReplicationFilterOfOneChannelOrOfAllIsNamed",
              "ReplicaRepairTest.aReplicaThatIsNoFullCopyCountsAsMissingAndSaysWhy"),
          refused(
              "delayed replicas, replicas of several channels",
              FailureCode.PARTIAL_COPY,
              "no donor, no source, and no replica that counts",
              "FullCopyTest.aDelayAndFurtherChannelsAreNamed"),
          refused(
              "servers whose binlog has a filter",
              FailureCode.PARTIAL_COPY,
              "`binlog-do-db` and `binlog-ignore-db` of a source",
              "FullCopyTest.whatDoesNotReachTheBinlogIsNamed"),
          elsewhere(
              "channels that a copy brought along",
              new Whole(),
              "they are reset",
              "FullCopyTest.channelsThatACopyBroughtAreNotInTheWayOfItsSource"),
          elsewhere(
              "settings that decide whether statements apply",
              new Whole(),
              "taken from the source; the others are named in `replica-caught-up` and"
                  + " `shard-status`",
              "ServerSettingsTest.followsWhatDecidesWhetherStatementsApplyAndNamesTheRest"),
          elsewhere(
              "passwords that were rotated since",
              new Whole(),
              "a name that the backup does not have is `ACCOUNT_NOT_ADMITTED`",
              "RotatedPasswordsTest.aBackupIsAsGoodAfterARotationAsBefore"),
          elsewhere(
              "files elsewhere, page sizes, names in lower case",
              new Whole(),
              "",
              "OddServersTest.comesBackElsewhere",
              "OddDonorTest.isClonedAndTheCloneBackedUp"),
          refused(
              "symbolic links in the data directory",
              FailureCode.SOURCE_UNREADABLE,
              "of a backup",
              "OddContentsTest.linksAreRefused"));

  /** All rows. */
  static List<Carried> all() {
    return Stream.of(TABLES, ENGINES, OBJECTS, SERVERS).flatMap(List::stream).toList();
  }

  /** What docs/CARRIED.md has to say. */
  static String document() {
    return """
        # What a copy has of its shard

        Each row that names `CarriedTest` is put onto a real donor, and asked of it, of its clone, and of the server
        that comes back from the clone's backup. The others are held by the tests that they name. The table is
        the test's own: `CarriedDocumentTest` fails when this page differs from it, or a named test does not
        exist. *Not checked* means that the evidence of each proof says so ([EVENTS.md](EVENTS.md)).

        ## InnoDB

        %s
        ## Other engines

        %s
        ## Beside tables

        %s
        ## Kinds of servers

        %s"""
        .formatted(table(TABLES), table(ENGINES), table(OBJECTS), table(SERVERS));
  }

  private static String table(List<Carried> rows) {
    StringBuilder text =
        new StringBuilder("| what | outcome | | held by |\n| --- | --- | --- | --- |\n");
    rows.forEach(row -> text.append(row.row()).append('\n'));
    return text.toString();
  }
}
