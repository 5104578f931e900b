package io.reseed.mysql.replication;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.PartialCopy;
import io.reseed.mysql.check.Tables;
import java.util.List;

/**
 * Whether a server holds all that its shard has, so that a copy of it is a copy of the shard: not
 * when rows never reach it, and not when a copy leaves rows behind. Nothing of that shows in GTID
 * sets, which are the same on a filtered server as on a whole one.
 */
public final class FullCopy {
  private static final int NAMED_MAX = 10;

  private FullCopy() {}

  /**
   * Refuses a server of which a clone would not be whole; to be asked before anything is copied.
   *
   * @param session of the donor's account: SELECT on performance_schema, and SHOW VIEW, by which
   *     tables can be seen without being read
   * @throws MysqlException PARTIAL_COPY and ENGINE_NOT_CARRIED with what is in the way,
   *     PRIVILEGE_MISSING when the account could not see it
   */
  static void requireOfDonor(MysqlSession session) {
    List<String> reasons =
        PartialCopy.reasons(session.queryValue("SELECT " + PartialCopy.REASONS).orElse(""));
    if (!reasons.isEmpty()) {
      throw new MysqlException(
          FailureCode.PARTIAL_COPY,
          "%s is no full copy of its shard: %s"
              .formatted(session.address(), String.join("; ", reasons)));
    }
    requireCarriedEngines(session);
  }

  /**
   * Refuses a server with users' tables whose rows a clone leaves behind, or that lose them when a
   * server stops: {@link Tables#notCarried}.
   *
   * @throws MysqlException ENGINE_NOT_CARRIED with the tables, PRIVILEGE_MISSING when the account
   *     sees no tables
   */
  public static void requireCarriedEngines(MysqlSession session) {
    List<String> tables = Tables.notCarried(session);
    if (!tables.isEmpty()) {
      throw new MysqlException(
          FailureCode.ENGINE_NOT_CARRIED,
          "%s has %d tables of engines whose rows a copy may lack: %s%s"
              .formatted(
                  session.address(),
                  tables.size(),
                  String.join(", ", tables.subList(0, Math.min(NAMED_MAX, tables.size()))),
                  tables.size() > NAMED_MAX ? ", …" : ""));
    }
  }
}
