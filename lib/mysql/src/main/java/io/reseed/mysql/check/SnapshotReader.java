package io.reseed.mysql.check;

import io.reseed.mysql.MysqlSession;
import java.time.Duration;

/** A session that will read one table in one snapshot. */
final class SnapshotReader implements AutoCloseable {
  private static final Duration STATEMENT = Duration.ofSeconds(60);

  private final MysqlSession session;

  private SnapshotReader(MysqlSession session) {
    this.session = session;
  }

  /** The settings make values read the same on any server, and every wait end. */
  static SnapshotReader open(ServerLogin server, ContentComparison.Bounds bounds) {
    MysqlSession session = server.open(STATEMENT.plus(bounds.hold()));
    try {
      session.execute(
          """
          SET SESSION transaction_isolation = 'REPEATABLE-READ', time_zone = '+00:00',
            sql_mode = '', lc_time_names = 'en_US', div_precision_increment = 4,
            collation_connection = 'utf8mb4_0900_bin',
            show_gipk_in_create_table_and_information_schema = ON, sql_safe_updates = 0, sql_big_selects = 1,
            sql_select_limit = DEFAULT, max_execution_time = %d, lock_wait_timeout = %d,
            wait_timeout = %d
          """
              .formatted(
                  STATEMENT.toMillis(),
                  Math.max(1, bounds.lockWait().toSeconds()),
                  bounds.lagTimeout().plus(STATEMENT).plus(STATEMENT).toSeconds()));
      return new SnapshotReader(session);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** Opens the snapshot, and keeps the table's definition as it is until the session ends. */
  void begin(TableName table) {
    session.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    session.queryValue("SELECT 1 FROM " + table.quoted() + " LIMIT 1");
  }

  MysqlSession session() {
    return session;
  }

  @Override
  public void close() {
    session.close();
  }
}
