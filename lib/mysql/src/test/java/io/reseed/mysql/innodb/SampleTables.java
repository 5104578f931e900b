package io.reseed.mysql.innodb;

import io.reseed.mysql.MysqlSession;
import java.util.List;
import java.util.Random;

/** Tables of every kind that lies differently on disk. */
final class SampleTables {
  private static final List<String> TABLES =
      List.of(
          "dynamic_rows (%s) ROW_FORMAT=DYNAMIC",
          "compact_rows (%s) ROW_FORMAT=COMPACT",
          "redundant_rows (%s) ROW_FORMAT=REDUNDANT",
          "zlib_pages (%s) COMPRESSION='zlib'",
          "lz4_pages (%s) COMPRESSION='lz4'",
          "in_general (%s) TABLESPACE general",
          "fulltext_rows (%s, FULLTEXT (words))",
          "spatial_rows (%s, place POINT NOT NULL SRID 0 DEFAULT (POINT(1, 2)), SPATIAL (place))",
          "parted (%s) PARTITION BY HASH (id) PARTITIONS 3",
          "zip_8 (%s) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8",
          "zip_4 (%s) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4",
          "zip_1 (%s) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=1");

  private static final String COLUMNS =
      "id INT PRIMARY KEY AUTO_INCREMENT, words VARCHAR(100), body LONGBLOB, KEY (words)";

  private SampleTables() {}

  static void fill(MysqlSession session) {
    session.execute("CREATE DATABASE pages");
    session.execute("CREATE TABLESPACE general ADD DATAFILE 'general.ibd'");
    session.execute("CREATE UNDO TABLESPACE more ADD DATAFILE 'more.ibu'");
    TABLES.forEach(table -> create(session, table));
  }

  /** More than fits into the system tablespace's first file. */
  static void fillSystem(MysqlSession session) {
    session.execute(
        "CREATE TABLE pages.in_system (%s) TABLESPACE innodb_system".formatted(COLUMNS));
    for (int i = 0; i < 12; i++) {
      insert(session, "in_system");
    }
  }

  private static void create(MysqlSession session, String table) {
    session.execute("CREATE TABLE pages." + table.formatted(COLUMNS));
    String name = table.substring(0, table.indexOf(' '));
    insert(session, name);
    session.execute("DELETE FROM pages.%s WHERE id %% 7 = 0".formatted(name));
  }

  private static void insert(MysqlSession session, String name) {
    Random random = new Random(name.hashCode());
    byte[] noise = new byte[20_000];
    String sql = "INSERT INTO pages.%s (words, body) VALUES (?, ?)".formatted(name);
    session.execute("BEGIN");
    for (int i = 0; i < 150; i++) {
      random.nextBytes(noise);
      session.execute(
          sql, "word " + i + " of " + name, i % 10 == 0 ? noise : "body ".repeat(10 * i));
    }
    session.execute("COMMIT");
  }
}
