package io.reseed.mysql.check;

import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.ReplicaChannel;
import io.reseed.mysql.check.ContentComparison.Bounds;
import java.time.Duration;
import java.util.OptionalLong;

/** Sees to it that a comparison does not keep the replica from its work. */
final class LagWatch {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final MysqlSession replica;
  private final TableName table;
  private final Bounds bounds;
  private long lookedAt;

  LagWatch(MysqlSession replica, TableName table, Bounds bounds) {
    this.replica = replica;
    this.table = table;
    this.bounds = bounds;
    this.lookedAt = System.nanoTime() - INTERVAL.toNanos();
  }

  /** Returns at once while all is well, looking twice a second at most; else waits. */
  void await() throws NotComparableException, InterruptedException {
    if (System.nanoTime() - lookedAt < INTERVAL.toNanos()) {
      return;
    }
    long deadline = System.nanoTime() + bounds.lagTimeout().toNanos();
    while (true) {
      if (isWaitedFor()) {
        throw new NotComparableException(
            "somebody waits for " + table + " on the replica: its definition is being changed");
      }
      OptionalLong lag =
          replica.replication().map(ReplicaChannel::lagMillis).orElseGet(OptionalLong::empty);
      lookedAt = System.nanoTime();
      if (lag.isPresent() && lag.getAsLong() <= bounds.lagMillisMax()) {
        return;
      }
      if (lookedAt - deadline > 0) {
        throw new NotComparableException(
            "the replica does not keep up: "
                + (lag.isPresent() ? lag.getAsLong() + " ms behind" : "it does not replicate"));
      }
      Thread.sleep(INTERVAL);
    }
  }

  /** The snapshot's lock on the definition makes an ALTER wait, and all replication behind it. */
  private boolean isWaitedFor() {
    return replica
        .queryValue(
            """
            SELECT 1 FROM performance_schema.metadata_locks
            WHERE OBJECT_TYPE = 'TABLE' AND OBJECT_SCHEMA = ? AND OBJECT_NAME = ?
              AND LOCK_STATUS = 'PENDING' LIMIT 1
            """,
            table.schema(),
            table.table())
        .isPresent();
  }
}
