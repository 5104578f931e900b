package io.reseed.mysql.server;

import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.NotYet;
import io.reseed.mysql.ServerAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One mysqld on this host, in one folder. The process is detached: it outlives the JVM that started
 * it and is adopted by the next one. Methods are for one thread at a time per folder; all throw
 * {@link io.reseed.mysql.MysqlException}.
 */
public final class LocalServer {
  private LocalServer() {}

  /**
   * Makes the folder of a server: marker file, {@code run/}, empty {@code data/} for the caller to
   * fill. May be repeated with the same folder before the first start; FOLDER_IN_USE when the path
   * holds anything that is not ours, or when a server runs there.
   */
  public static LocalServer create(ServerSpec spec, MysqlTree tree) {
    return NotYet.body(spec + tree.toString());
  }

  /**
   * Finds a server of ours again from its folder, running or not: after a restart of our process.
   * Empty when the path holds no marker file.
   */
  public static Optional<LocalServer> adopt(Path directory, MysqlTree tree) {
    return NotYet.body(directory + tree.toString());
  }

  /**
   * Fills the data directory as a fresh server: a copy of the tree's template where there is one,
   * else {@code mysqld --initialize-insecure}. At the first start the statements (accounts, mostly)
   * run without being written to the binlog, so that fresh servers share an empty GTID set.
   */
  public void initialise(List<String> bootstrapStatements, Duration timeout) {
    NotYet.body(bootstrapStatements + timeout.toString());
  }

  /**
   * Starts mysqld detached and waits until it accepts connections. Nothing happens when it runs
   * already. Removes nothing but what a copied data directory must not bring: auto.cnf of another
   * folder. SERVER_START_FAILED carries the last lines of the error log.
   */
  public void start(Duration timeout) {
    NotYet.body(timeout.toString());
  }

  /** True when the process that we started lives, checked by pid, start time, boot and command. */
  public boolean isRunning() {
    return NotYet.<Boolean>body();
  }

  /** Its process id while it runs. */
  public Optional<Long> processId() {
    return NotYet.body();
  }

  /** Opens a session to this server. */
  public MysqlSession open(Credentials credentials) {
    return NotYet.body(credentials.toString());
  }

  /** Sends SIGTERM and waits until the process is gone; SERVER_STOP_TIMEOUT leaves it running. */
  public void stopCleanly(Duration timeout) {
    NotYet.body(timeout.toString());
  }

  /**
   * Proves that the last run ended with a complete shutdown, so that the files may be copied.
   * UNCLEAN_STOP says what is missing.
   */
  public CleanStop proveCleanStop() {
    return NotYet.body();
  }

  /** SIGKILL, for abandoning; waits (10 s at most) until the process is gone. */
  public void kill() {
    NotYet.body();
  }

  /** Kills the server and deletes its folder. NOT_OUR_FOLDER for a path without our marker. */
  public void destroy() {
    NotYet.body();
  }

  /** What the server is. */
  public ServerSpec spec() {
    return NotYet.body();
  }

  /** Where it listens. */
  public ServerAddress address() {
    return spec().address();
  }

  /** {@code <directory>/data}. */
  public Path dataDirectory() {
    return spec().directory().resolve("data");
  }

  /** {@code <directory>/run/error.log}. */
  public Path errorLog() {
    return spec().directory().resolve("run").resolve("error.log");
  }
}
