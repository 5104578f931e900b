package io.reseed.mysql.check;

import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.ContentComparison.Bounds;
import io.reseed.mysql.gtid.GtidSet;
import java.time.Duration;

/**
 * Keeps a replica's applier from one table for a moment. It ends with {@link #close}, with the
 * connection, and by the server itself when nothing is heard from us.
 */
final class TableHold implements AutoCloseable {
  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final int IDLE_SECONDS = 3_600;

  private final MysqlSession replica;
  private final Bounds bounds;
  private long heldSince;
  private long heldMillisMax;

  TableHold(MysqlSession replica, Bounds bounds) {
    this.replica = replica;
    this.bounds = bounds;
  }

  /** Tries a few times, since one long transaction on the table is in the way each time. */
  void begin(TableName table) throws NotComparableException, InterruptedException {
    long idle = bounds.hold().toSeconds() + 2;
    replica.execute(
        "SET SESSION lock_wait_timeout = %d, wait_timeout = %d"
            .formatted(Math.max(1, bounds.lockWait().toSeconds()), idle));
    for (int i = 1; ; i++) {
      try {
        replica.execute("LOCK TABLES " + table.quoted() + " READ");
        heldSince = System.nanoTime();
        return;
      } catch (MysqlException e) {
        if (!ServerErrors.isContended(e)) {
          throw e;
        }
        if (i == TRIES) {
          throw new NotComparableException("no lock on the replica's table: " + e.getMessage());
        }
      }
      Thread.sleep(PAUSE.multipliedBy(i));
    }
  }

  /** What the replica has executed by now; asking also tells the server that we are there. */
  GtidSet executed() {
    return replica.gtidExecuted();
  }

  /** How much of the bound is left. */
  Duration left() {
    return bounds.hold().minusNanos(System.nanoTime() - heldSince);
  }

  /** Lets go. */
  @Override
  public void close() {
    try {
      replica.execute("UNLOCK TABLES");
    } finally {
      heldMillisMax =
          Math.max(heldMillisMax, Duration.ofNanos(System.nanoTime() - heldSince).toMillis());
    }
    replica.execute("SET SESSION wait_timeout = " + IDLE_SECONDS);
  }

  /** The longest so far. */
  long heldMillisMax() {
    return heldMillisMax;
  }
}
