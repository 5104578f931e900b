package io.reseed.mysql.check;

import io.reseed.mysql.MysqlException;
import io.reseed.mysql.check.ChunkReader.ChunkSum;
import io.reseed.mysql.check.ContentComparison.Bounds;
import io.reseed.mysql.check.ContentComparison.Verdict;
import io.reseed.mysql.gtid.GtidSet;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One table in the course of its comparison; for one thread. */
final class ComparedTable implements AutoCloseable {
  private final SnapshotReader ours;
  private final TableName table;
  private final Bounds bounds;
  private final long deadline;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private @Nullable MysqlException replicasFailure;
  private long rows;
  private long chunks;
  private long heldMillisMax;

  ComparedTable(ServerLogin dedicated, TableName table, Bounds bounds) {
    this.table = table;
    this.bounds = bounds;
    this.deadline = System.nanoTime() + bounds.table().toNanos();
    this.ours = SnapshotReader.open(dedicated, bounds);
  }

  /** Compares with a replica. */
  Verdict on(ServerLogin replica) throws NotComparableException, InterruptedException {
    // The holder's session must outlast its wait for the lock, and end soon if the server hangs.
    Duration statement = bounds.lockWait().plus(bounds.hold()).plusSeconds(10);
    try (SnapshotReader theirs = replicas(() -> SnapshotReader.open(replica, bounds));
        var control = replicas(() -> replica.open(statement))) {
      awaitExecuted(replicas(control::gtidExecuted), bounds.lagTimeout());
      TableHold hold = new TableHold(control, bounds);
      Optional<Verdict> oneSided = hold(hold, theirs);
      if (oneSided.isPresent()) {
        return oneSided.get();
      }
      return compared(theirs, new LagWatch(control, table, bounds));
    }
  }

  private Optional<Verdict> hold(TableHold hold, SnapshotReader theirs)
      throws NotComparableException, InterruptedException {
    try {
      hold.begin(table);
    } catch (MysqlException e) {
      replicasFailure = e;
      if (ServerErrors.isGone(e)) {
        return missingThere(hold);
      }
      throw e;
    }
    try {
      return snapshots(hold, theirs);
    } finally {
      run(hold::close);
      heldMillisMax = hold.heldMillisMax();
    }
  }

  /** With the table held: both snapshots, and the proof that they are of the same state of it. */
  private Optional<Verdict> snapshots(TableHold hold, SnapshotReader theirs)
      throws NotComparableException {
    awaitExecuted(replicas(hold::executed), hold.left());
    run(() -> theirs.begin(table));
    boolean missing = false;
    try {
      ours.begin(table);
    } catch (MysqlException e) {
      if (!ServerErrors.isGone(e)) {
        throw e;
      }
      missing = true;
    }
    GtidSet ahead = ours.session().gtidExecuted().subtract(replicas(hold::executed));
    if (!ahead.isEmpty()) {
      throw new NotComparableException("the dedicated server is ahead of the replica by " + ahead);
    }
    return missing
        ? Optional.of(new Verdict.Different(table + " is on the replica only"))
        : Optional.empty();
  }

  /** Dropped on its way to us, or never there? What the replica executed tells. */
  private Optional<Verdict> missingThere(TableHold hold) throws NotComparableException {
    awaitExecuted(replicas(hold::executed), bounds.lagTimeout());
    if (!Tables.exists(ours.session(), table)) {
      throw new NotComparableException(table + " was dropped meanwhile");
    }
    GtidSet ahead = ours.session().gtidExecuted().subtract(replicas(hold::executed));
    if (!ahead.isEmpty()) {
      throw new NotComparableException("the dedicated server is ahead of the replica by " + ahead);
    }
    return Optional.of(new Verdict.Different(table + " is on the dedicated server only"));
  }

  private void awaitExecuted(GtidSet set, Duration limit) throws NotComparableException {
    double seconds = Math.max(1, limit.toMillis()) / 1_000.0;
    String timedOut =
        ours.session()
            .queryValue("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)", set.toString(), seconds)
            .orElse("1");
    if (!timedOut.equals("0")) {
      throw new NotComparableException(
          "the dedicated server did not execute within %d ms what the replica has"
              .formatted(limit.toMillis()));
    }
  }

  private Verdict compared(SnapshotReader theirs, LagWatch lag)
      throws NotComparableException, InterruptedException {
    Optional<TableShape> here = TableShape.ask(ours.session(), table);
    Optional<TableShape> there = replicas(() -> TableShape.ask(theirs.session(), table));
    if (here.isEmpty() || there.isEmpty()) {
      throw new NotComparableException(table + " is not listed by both servers");
    }
    if (!here.get().hasColumnsOf(there.get())) {
      return new Verdict.Different(
          "%s has columns (%s), on the replica (%s)"
              .formatted(table, here.get().definitions(), there.get().definitions()));
    }
    int chunkRows = here.get().chunkRows();
    return compared(
        new ChunkReader(ours.session(), here.get(), chunkRows),
        new ChunkReader(theirs.session(), here.get(), chunkRows),
        lag);
  }

  private Verdict compared(ChunkReader here, ChunkReader there, LagWatch lag)
      throws NotComparableException, InterruptedException {
    while (true) {
      watch(lag);
      Future<ChunkSum> theirSum = threads.submit(there::next);
      ChunkSum sum = here.next();
      ChunkSum expected = of(theirSum);
      if (!sum.equals(expected)) {
        return new Verdict.Different(difference(here, sum, expected));
      }
      if (sum.undigested() > 0) {
        throw new NotComparableException(
            "%s has rows longer than max_allowed_packet".formatted(table));
      }
      rows += sum.rows();
      chunks++;
      if (sum.last()) {
        return new Verdict.Equal();
      }
      here.advance();
      run(there::advance);
    }
  }

  private String difference(ChunkReader here, ChunkSum sum, ChunkSum expected) {
    return "%s differs in its rows %s: %d rows here, %d on the replica, after %d equal ones"
        .formatted(table, here.range(sum.last()), sum.rows(), expected.rows(), rows);
  }

  private void watch(LagWatch lag) throws NotComparableException, InterruptedException {
    if (System.nanoTime() - deadline > 0) {
      throw new NotComparableException(
          "%s is not compared within %s: %d rows so far".formatted(table, bounds.table(), rows));
    }
    try {
      lag.await();
    } catch (MysqlException e) {
      replicasFailure = e;
      throw e;
    }
  }

  private <T> T of(Future<T> theirs) throws InterruptedException {
    try {
      return theirs.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MysqlException failure) {
        replicasFailure = failure;
        throw failure;
      }
      throw new IllegalStateException("reading a chunk of " + table, e);
    }
  }

  /** Remembers whose failure it was: the replica's is nobody's fault. */
  private <T> T replicas(Supplier<T> call) {
    try {
      return call.get();
    } catch (MysqlException e) {
      replicasFailure = e;
      throw e;
    }
  }

  private void run(Runnable call) {
    replicas(
        () -> {
          call.run();
          return true;
        });
  }

  boolean isOfReplica(MysqlException failure) {
    return failure == replicasFailure;
  }

  long rows() {
    return rows;
  }

  long chunks() {
    return chunks;
  }

  long heldMillisMax() {
    return heldMillisMax;
  }

  @Override
  public void close() {
    ours.close();
    threads.close();
  }
}
