package io.reseed.mysql.replication;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import java.time.Duration;

/**
 * Temporary tables that an applier holds open between two transactions, as it does where a source
 * logs statements. They are in no GTID set and in no file: what is copied meanwhile lacks them, and
 * what follows in the binlog fails on the copy.
 */
public final class TemporaryTables {
  private static final long POLL_MILLIS = 100;

  private TemporaryTables() {}

  /**
   * Stops replication at a moment when none is open; nothing happens without a channel. Replication
   * goes on while it waits, and when it waited in vain. May be repeated.
   *
   * @throws MysqlException TEMPORARY_TABLES_OPEN when there was no such moment within the limit
   */
  public static void stopWithout(MysqlSession replica, Duration limit) throws InterruptedException {
    if (replica.query("SHOW REPLICA STATUS FOR CHANNEL ''").isEmpty()) {
      return;
    }
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      long open = open(replica);
      if (open == 0) {
        replica.execute("STOP REPLICA FOR CHANNEL ''");
        open = open(replica); // one more may have been made before it stopped
        if (open == 0) {
          return;
        }
        replica.execute("START REPLICA FOR CHANNEL ''");
      }
      if (System.nanoTime() - deadline > 0) {
        throw found(replica, open, "for %d s".formatted(limit.toSeconds()));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Refuses a server that has some open now; needs no right. */
  static void requireNone(MysqlSession server) {
    long open = open(server);
    if (open > 0) {
      throw found(server, open, "now");
    }
  }

  private static long open(MysqlSession server) {
    return server.query("SHOW GLOBAL STATUS LIKE 'Replica_open_temp_tables'").stream()
        .mapToLong(row -> row.number("Value"))
        .sum();
  }

  private static MysqlException found(MysqlSession server, long open, String time) {
    return new MysqlException(
        FailureCode.TEMPORARY_TABLES_OPEN,
        "the applier of %s has %d temporary tables open %s, which no copy would have"
            .formatted(server.address(), open, time));
  }
}
