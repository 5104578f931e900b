package io.reseed.demo;

import io.reseed.fleet.ServerAddress;
import io.reseed.installation.Dataset;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An application of the shard: writes to its primary all the time, follows it after a failover, and
 * remembers what was acknowledged.
 */
final class Writer implements AutoCloseable {
  private static final Timeouts TIMEOUTS =
      new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(5));
  private static final Duration PAUSE = Duration.ofMillis(25);

  private final Supplier<ServerAddress> primary;
  private final Credentials account;
  private final long bytes;
  private final SplittableRandom random = new SplittableRandom(7);
  private final ReentrantLock writing = new ReentrantLock();
  private final List<Acknowledged> acknowledged = new ArrayList<>();
  private final Thread thread;
  private volatile boolean closed;

  /** A row of the journal, and the server that said that it is committed. */
  record Acknowledged(long id, ServerAddress by) {}

  private Writer(Supplier<ServerAddress> primary, Credentials account, long bytes, String name) {
    this.primary = primary;
    this.account = account;
    this.bytes = bytes;
    this.thread = Thread.ofPlatform().name("writer-" + name).daemon().unstarted(this::write);
  }

  /**
   * Starts to write.
   *
   * @param primary whom the application holds for the primary; asked again after each failure
   * @param bytes of the dataset, to hit its rows
   */
  static Writer start(
      String name, Supplier<ServerAddress> primary, Credentials account, long bytes) {
    Writer writer = new Writer(primary, account, bytes, name);
    writer.thread.start();
    return writer;
  }

  private void write() {
    long id = System.currentTimeMillis() * 1_000; // unused by any writer before this one
    @Nullable MysqlSession session = null;
    while (!closed) {
      writing.lock();
      try {
        if (session == null) {
          session = MysqlSession.open(primary.get(), account, TIMEOUTS);
        }
        session.execute(
            "INSERT INTO shop.journal (id, text) VALUES (?, 'written by the demo')", id);
        acknowledged.add(new Acknowledged(id, session.address()));
        session.execute(Dataset.update(random, bytes));
      } catch (MysqlException failover) {
        // an application knows no better: connect again, to whoever is the primary by then
        if (session != null) {
          session.close();
        }
        session = null;
      } finally {
        id++;
        writing.unlock();
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    if (session != null) {
      session.close();
    }
  }

  /** Holds the writer between two transactions, so that a GTID set can be compared. */
  void pause() {
    writing.lock();
  }

  /** Lets it write again; on the thread that paused it. */
  void goOn() {
    writing.unlock();
  }

  /** All that was acknowledged so far. */
  List<Acknowledged> acknowledged() {
    writing.lock();
    try {
      return List.copyOf(acknowledged);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
