package io.reseed.testkit;

import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.ReplicaChannel;
import io.reseed.mysql.Row;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.Replication;
import io.reseed.mysql.server.LocalServer;
import java.time.Duration;
import java.util.List;

/**
 * One real mysqld of a {@link MysqlFleet}, with shortcuts for tests. What it lacks is done through
 * {@link #open} or {@link #local}.
 */
public final class MysqlServerProcess {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);
  private static final String ROWS = "fleet.written";

  private final String name;
  private final LocalServer local;
  private final FleetAccounts accounts;

  MysqlServerProcess(String name, LocalServer local, FleetAccounts accounts) {
    this.name = name;
    this.local = local;
    this.accounts = accounts;
  }

  /** What its fleet calls it. */
  public String name() {
    return name;
  }

  public ServerAddress address() {
    return local.address();
  }

  /** The library's handle: folder, files, process id. */
  public LocalServer local() {
    return local;
  }

  public boolean isRunning() {
    return local.isRunning();
  }

  /** Starts it with what its folder holds; harmless when it runs. */
  public void start() {
    local.start(START_TIMEOUT);
  }

  /** A complete shutdown; {@link #start} brings it back. */
  public void stop() {
    local.stopCleanly(STOP_TIMEOUT);
  }

  /** SIGKILL; {@link #start} brings it back, after crash recovery. */
  public void kill() {
    local.kill();
  }

  /** A session of the fleet's administrator, which may also write to a read-only server. */
  public MysqlSession open() {
    return open(accounts.admin());
  }

  /** A session of any account. */
  public MysqlSession open(Credentials account) {
    return local.open(account);
  }

  /** Runs one statement as the administrator, in a session of its own. */
  public void execute(String sql, Object... parameters) {
    try (MysqlSession session = open()) {
      session.execute(sql, parameters);
    }
  }

  /** Runs one query as the administrator, in a session of its own. */
  public List<Row> query(String sql, Object... parameters) {
    try (MysqlSession session = open()) {
      return session.query(sql, parameters);
    }
  }

  public GtidSet gtidExecuted() {
    try (MysqlSession session = open()) {
      return session.gtidExecuted();
    }
  }

  /** Writes this many rows, one transaction each, to a table that it makes when needed. */
  public void writeRows(int count) {
    try (MysqlSession session = open()) {
      session.execute("CREATE DATABASE IF NOT EXISTS fleet");
      session.execute(
          "CREATE TABLE IF NOT EXISTS "
              + ROWS
              + " (id BIGINT AUTO_INCREMENT PRIMARY KEY, text VARCHAR(100) NOT NULL)");
      for (int i = 0; i < count; i++) {
        session.execute("INSERT INTO " + ROWS + " (text) VALUES (UUID())");
      }
    }
  }

  /** How many rows of {@link #writeRows} it has. */
  public long rowCount() {
    return query("SELECT COUNT(*) AS n FROM " + ROWS).getFirst().number("n");
  }

  /** Makes it a read-only replica of the source, over a restart too; waits until it replicates. */
  public void replicateFrom(MysqlServerProcess source, Duration timeout) {
    try (MysqlSession session = open()) {
      session.execute("SET PERSIST super_read_only = ON");
      Replication.attach(session, source.address(), accounts.replicator());
    }
    Patience.await(name + " replicating from " + source.name(), timeout, this::replicates);
  }

  /** Waits until it has executed what the source has executed when this is called. */
  public void awaitCaughtUpWith(MysqlServerProcess source, Duration timeout) {
    GtidSet target = source.gtidExecuted();
    Patience.await(name + " at " + target, timeout, () -> gtidExecuted().contains(target));
  }

  @Override
  public String toString() {
    return name + "@" + address();
  }

  private boolean replicates() {
    try (MysqlSession session = open()) {
      return session.probe().replication().map(ReplicaChannel::running).orElse(false);
    } catch (MysqlException e) {
      return false; // not answering: the caller asks again until its time is up
    }
  }
}
