package io.reseed.mysql.check;

import io.reseed.fleet.FailureClass;
import io.reseed.mysql.MysqlException;
import java.time.Duration;

/**
 * Compares the contents of tables between a dedicated server and the replica that it replicates
 * from, at one GTID set. Keeps nothing between two tables; several threads may compare at once.
 *
 * <p>The replica's applier is kept from the table only until both servers have opened a snapshot:
 * as long as the dedicated server needs to execute what the replica has. The sums are made after
 * that, chunk by chunk along the primary key.
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
   * @param lockWait for the replica's lock on the table, each of the few times it is tried;
   *     meanwhile others' writes to the table wait, too. Whole seconds
   * @param hold how long the table may be held on the replica for the dedicated server's sake
   * @param lagMillisMax while the replica's lag is above it, no chunk is read
   * @param lagTimeout how long to wait for the lag to sink, each time; also for the dedicated
   *     server to come near the replica before the table is held
   * @param table for one table in all
   */
  public record Bounds(
      Duration lockWait, Duration hold, long lagMillisMax, Duration lagTimeout, Duration table) {
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
   * @param holdMillis how long the replica's applier was kept from this table
   */
  public record Result(TableName table, Verdict verdict, long rows, long chunks, long holdMillis) {}

  /** The answer. */
  public sealed interface Verdict {
    /** All rows are the same. */
    record Equal() implements Verdict {}

    /** Definitions or rows differ, or cannot be read: where, and how many rows on each. */
    record Different(String detail) implements Verdict {}

    /** Not compared, or not to its end, within the bounds: nobody's fault. */
    record NotHeld(String reason) implements Verdict {}
  }

  /**
   * Compares one table. A table that only one of the two has is different; so ask for those of
   * both. May be repeated; leaves nothing behind on either server.
   *
   * @throws MysqlException when the dedicated server does not answer, or either refuses us
   * @throws InterruptedException with every lock released; within a chunk's minute at most
   */
  public Result compare(TableName table) throws InterruptedException {
    try (ComparedTable compared = new ComparedTable(dedicated, table, bounds)) {
      Verdict verdict = verdict(compared);
      return new Result(
          table, verdict, compared.rows(), compared.chunks(), compared.heldMillisMax());
    }
  }

  private Verdict verdict(ComparedTable compared) throws InterruptedException {
    try {
      return compared.on(replica);
    } catch (NotComparableException e) {
      return new Verdict.NotHeld(e.reason());
    } catch (MysqlException e) {
      return judged(e, compared.isOfReplica(e));
    }
  }

  private static Verdict judged(MysqlException e, boolean ofReplica) {
    String words = String.valueOf(e.getMessage());
    if (ServerErrors.isGone(e) || ServerErrors.isRedefined(e) || ServerErrors.isContended(e)) {
      return new Verdict.NotHeld(words);
    }
    if (ServerErrors.isCorrupt(e)) {
      return ofReplica ? new Verdict.NotHeld(words) : new Verdict.Different(words);
    }
    if (ofReplica && e.failureClass() == FailureClass.TRANSIENT) {
      return new Verdict.NotHeld(words);
    }
    throw e;
  }
}
