package io.reseed.mysql.check;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;

/** What a server's error says about a table; numbers of the server's reference manual. */
final class ServerErrors {
  private ServerErrors() {}

  static boolean isGone(MysqlException e) {
    return switch (e.errno()) {
      case 1049, 1051, 1146 -> true;
      default -> false;
    };
  }

  /** The table was altered, truncated or made anew since the snapshot. */
  static boolean isRedefined(MysqlException e) {
    return e.errno() == 1412;
  }

  static boolean isContended(MysqlException e) {
    return e.errno() == 1213 || e.code() == FailureCode.STATEMENT_TIMEOUT;
  }

  /** The table, an index or its file is damaged or missing. */
  static boolean isCorrupt(MysqlException e) {
    return switch (e.errno()) {
      case 1030, 1033, 1034, 1194, 1195, 1712, 1812, 1814, 1815, 1877, 1932 -> true;
      default -> false;
    };
  }
}
