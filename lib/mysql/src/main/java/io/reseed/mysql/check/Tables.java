package io.reseed.mysql.check;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import java.util.List;

/**
 * Which tables a server has. Needs SELECT on them: the server shows nobody what he may not read.
 */
public final class Tables {
  private static final String USERS =
      """
      SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t FROM information_schema.TABLES
      WHERE TABLE_TYPE = 'BASE TABLE' AND ENGINE = 'InnoDB'
        AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
      """;

  private static final String ALL =
      """
      SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t FROM information_schema.TABLES
      WHERE TABLE_TYPE = 'BASE TABLE'
        AND TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema')
      """;

  /**
   * Tables with rows of their own that are not in InnoDB. BLACKHOLE has none, FEDERATED another
   * server's. The server's own logs are in CSV.
   */
  private static final String NOT_CARRIED =
      """
      SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, ENGINE AS e FROM information_schema.TABLES
      WHERE TABLE_TYPE = 'BASE TABLE'
        AND COALESCE(ENGINE, '') NOT IN ('InnoDB', 'BLACKHOLE', 'FEDERATED')
        AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
      ORDER BY s, t
      """;

  private static final String WITHOUT_COMPARISON =
      """
      SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, COALESCE(ENGINE, '?') AS e
      FROM information_schema.TABLES
      WHERE TABLE_TYPE = 'BASE TABLE' AND COALESCE(ENGINE, '') <> 'InnoDB'
        AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
      ORDER BY s, t
      """;

  private static final String VIRTUAL =
      """
      SELECT COUNT(*) FROM information_schema.COLUMNS WHERE EXTRA LIKE '%VIRTUAL GENERATED%'
        AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
      """;

  /** Every account that sees all tables sees these. */
  private static final String SEEN =
      "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'mysql'";

  private Tables() {}

  /**
   * Users' tables, each with its engine, whose rows a copy of the server is not sure to have: CLONE
   * brings all but InnoDB's empty, MEMORY is empty after each start.
   *
   * @param session of an account with SELECT, or SHOW VIEW, on {@code *.*}
   * @throws MysqlException PRIVILEGE_MISSING when it does not see all tables
   */
  public static List<String> notCarried(MysqlSession session) {
    if (session.queryValue(SEEN).orElse("0").equals("0")) {
      throw new MysqlException(
          FailureCode.PRIVILEGE_MISSING,
          session.address()
              + " does not show its tables' engines to this account: it needs SHOW VIEW ON *.*");
    }
    return session.query(NOT_CARRIED).stream()
        .map(row -> new TableName(row.text("s"), row.text("t")) + " (" + row.text("e") + ")")
        .toList();
  }

  /** Users' tables whose rows are not compared, each with its engine: all that are not InnoDB's. */
  public static List<String> withoutComparison(MysqlSession session) {
    return session.query(WITHOUT_COMPARISON).stream()
        .map(row -> new TableName(row.text("s"), row.text("t")) + " (" + row.text("e") + ")")
        .toList();
  }

  /** How many virtual generated columns users' tables have. */
  public static long virtualColumns(MysqlSession session) {
    return Long.parseLong(session.queryValue(VIRTUAL).orElse("0"));
  }

  /** InnoDB tables of users, sorted: those whose contents are compared. */
  public static List<TableName> ofUser(MysqlSession session) {
    return named(session, USERS);
  }

  /** Every base table on disk, sorted, the server's own in {@code mysql} included. */
  public static List<TableName> all(MysqlSession session) {
    return named(session, ALL);
  }

  static boolean exists(MysqlSession session, TableName table) {
    return session
        .queryValue(
            "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
            table.schema(),
            table.table())
        .isPresent();
  }

  /** What InnoDB believes of a table's size; 0 when it knows nothing, or the table is not its. */
  static long bytesEstimated(MysqlSession session, TableName table) {
    return session
        .queryValue(
            // other engines say what does not fit into a long
            "SELECT IF(ENGINE = 'InnoDB', COALESCE(DATA_LENGTH, 0), 0)"
                + " FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
            table.schema(),
            table.table())
        .map(Long::parseLong)
        .orElse(0L);
  }

  private static List<TableName> named(MysqlSession session, String query) {
    return session.query(query).stream()
        .map(row -> new TableName(row.text("s"), row.text("t")))
        .sorted()
        .toList();
  }
}
