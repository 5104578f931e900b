package io.reseed.installation;

import io.reseed.mysql.MysqlSession;
import io.reseed.testkit.MysqlServerProcess;
import java.util.SplittableRandom;

/**
 * What a shard is filled with: a small shop whose rows compress about by half, and the journal that
 * the writer writes.
 *
 * @param bytes about how much InnoDB shall hold
 */
public record Dataset(long bytes) {
  /** The database. */
  public static final String SCHEMA = "shop";

  private static final int TABLES = 4;
  private static final int ROWS_PER_STATEMENT = 1_000;
  // measured: bytes of tablespace per row, the index and InnoDB's own included
  private static final int BYTES_PER_ROW = 330;
  private static final String[] WORDS = {
    "express", "gift", "fragile", "customer asked for a call", "paid", "second delivery attempt"
  };

  /**
   * Loads it without writing binlogs: the history of a grown shard is long purged, too, so nobody
   * can make a replica from binlogs alone.
   */
  void loadInto(MysqlServerProcess server) {
    try (MysqlSession session = server.open()) {
      session.execute("SET SESSION sql_log_bin = 0");
      session.execute("CREATE DATABASE " + SCHEMA);
      session.execute(
          "CREATE TABLE shop.journal (id BIGINT PRIMARY KEY, at TIMESTAMP(6) NOT NULL"
              + " DEFAULT CURRENT_TIMESTAMP(6), text VARCHAR(100) NOT NULL)");
      for (int table = 1; table <= TABLES; table++) {
        session.execute(
            "CREATE TABLE shop.orders"
                + table
                + " (id BIGINT PRIMARY KEY, customer INT NOT NULL, amount DECIMAL(10,2) NOT NULL,"
                + " note VARCHAR(60) NOT NULL, payload VARCHAR(300) NOT NULL)");
      }
      // nothing is lost if the server dies now: the demo then ends
      session.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 0");
      fill(session);
      session.execute("SET GLOBAL innodb_flush_log_at_trx_commit = DEFAULT");
      for (int table = 1; table <= TABLES; table++) {
        // afterwards, in one sort: an index in random order would be read and written all the time
        session.execute("ALTER TABLE shop.orders" + table + " ADD KEY (customer)");
      }
    }
  }

  private void fill(MysqlSession session) {
    SplittableRandom random = new SplittableRandom(bytes);
    long rows = bytes / BYTES_PER_ROW / TABLES;
    for (long first = 0; first < rows; first += ROWS_PER_STATEMENT) {
      for (int table = 1; table <= TABLES; table++) {
        session.execute(
            statement(table, first, Math.min(rows, first + ROWS_PER_STATEMENT), random));
      }
    }
  }

  private static String statement(int table, long first, long end, SplittableRandom random) {
    StringBuilder sql = new StringBuilder(350 * ROWS_PER_STATEMENT);
    sql.append("INSERT INTO shop.orders").append(table).append(" VALUES ");
    for (long id = first; id < end; id++) {
      sql.append(id == first ? "(" : ",(").append(id).append(',');
      sql.append(random.nextInt(100_000)).append(',').append(random.nextInt(100_000)).append(",'");
      sql.append(WORDS[random.nextInt(WORDS.length)]).append("','");
      for (int part = 0; part < 12; part++) {
        sql.append(Long.toHexString(random.nextLong()));
      }
      sql.append("')");
    }
    return sql.toString();
  }

  /** A random order's update, for the writer. */
  public static String update(SplittableRandom random, long bytes) {
    long rows = Math.max(1, bytes / BYTES_PER_ROW / TABLES);
    return "UPDATE shop.orders%d SET amount = amount + 1, note = 'changed' WHERE id = %d"
        .formatted(1 + random.nextInt(TABLES), random.nextLong(rows));
  }
}
