package io.reseed.mysql.server;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Timeouts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mysqld on this host, in one folder. The process is detached: it outlives the JVM that started
 * it and is adopted by the next one. Methods are for one thread at a time per folder; all throw
 * {@link MysqlException}.
 */
public final class LocalServer {
  private static final Logger LOG = LoggerFactory.getLogger(LocalServer.class);
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final long POLL_MILLIS = 50;
  private static final int QUOTED_LINES = 12;

  private final ServerSpec spec;
  private final MysqlTree tree;
  private final ServerFolder folder;
  private final ServerProcess process;
  private final ErrorLog log;

  private LocalServer(ServerSpec spec, MysqlTree tree) {
    this.spec = spec;
    this.tree = tree;
    folder = new ServerFolder(spec.directory());
    process = new ServerProcess(folder);
    log = new ErrorLog(folder.errorLog());
  }

  /**
   * Makes the folder of a server: marker file, {@code run/}, empty {@code data/} for the caller to
   * fill. On a stopped server of ours it changes the spec and leaves the data alone. FOLDER_IN_USE
   * when the path holds anything that is not ours, or when a server runs there.
   */
  public static LocalServer create(ServerSpec spec, MysqlTree tree) {
    LocalServer server = new LocalServer(spec, tree);
    if (!server.folder.isOurs() && !server.folder.isUnbegun()) {
      throw new MysqlException(
          FailureCode.FOLDER_IN_USE, spec.directory() + " holds files that are not ours");
    }
    if (server.isRunning()) {
      throw new MysqlException(
          FailureCode.FOLDER_IN_USE, "a server runs in " + spec.directory() + " already");
    }
    Folders.create(spec.directory());
    server.folder.writeSpec(spec);
    Folders.create(server.folder.run());
    Folders.create(server.folder.data());
    return server;
  }

  /**
   * Finds a server of ours again from its folder, running or not: after a restart of our process.
   * Empty when the path holds no marker file; NOT_OUR_FOLDER when it cannot be read.
   */
  public static Optional<LocalServer> adopt(Path directory, MysqlTree tree) {
    return new ServerFolder(directory.toAbsolutePath().normalize())
        .readSpec()
        .map(spec -> new LocalServer(spec, tree));
  }

  /**
   * Removes a folder that a crash or a full disk kept from becoming a server's: one that is empty,
   * or has an unfinished marker only. Missing is fine.
   *
   * @return false when it holds anything else: nothing was removed then
   */
  public static boolean removeUnbegun(Path directory) {
    ServerFolder folder = new ServerFolder(directory.toAbsolutePath().normalize());
    if (!folder.isUnbegun()) {
      return false;
    }
    Folders.deleteTree(folder.directory());
    return true;
  }

  /**
   * Fills the data directory as a fresh server: a copy of the tree's template where there is one
   * and the spec's settings let its files be the usual ones, else {@code mysqld
   * --initialize-insecure}. At the first start the statements (accounts, mostly) run without being
   * written to the binlog, so that fresh servers share an empty GTID set. They must bear repetition
   * (CREATE USER IF NOT EXISTS): after a crash in that start they run again. May be repeated until
   * the first start; FOLDER_IN_USE when there is data.
   */
  public void initialise(List<String> bootstrapStatements, Duration timeout) {
    if (!Folders.isEmpty(folder.data())) {
      throw new MysqlException(FailureCode.FOLDER_IN_USE, folder.data() + " holds data already");
    }
    writeBootstrap(bootstrapStatements);
    new FreshData(folder, spec, tree).make(timeout);
    LOG.info("server initialised server={} directory={}", address(), spec.directory());
  }

  /**
   * Stops the server cleanly and starts it again with statements that run before it accepts
   * connections and before the fence is up, as whoever owns its files may, and that no binlog and
   * no GTID tells of. The file that they are in is this user's only, and gone once it started.
   */
  void restartWith(List<String> statements, Duration timeout) {
    stopCleanly(timeout);
    writeBootstrap(statements);
    start(timeout);
  }

  private void writeBootstrap(List<String> statements) {
    if (statements.isEmpty()) {
      Folders.delete(folder.bootstrap());
      return;
    }
    StringBuilder text = new StringBuilder("SET SESSION sql_log_bin = 0;\n");
    for (String statement : statements) {
      String line = statement.replaceAll("\\R", " ").strip();
      text.append(line).append(line.endsWith(";") ? "\n" : ";\n");
    }
    Folders.replace(folder.bootstrap(), text.toString());
  }

  /**
   * Starts mysqld detached and waits until it accepts connections. A server that runs already is
   * only waited for. When it ends instead, FILES_REFUSED or DISK_FULL carries the line in which
   * mysqld says so, KEYRING_MISSING too, which may also leave it running; and SERVER_START_FAILED
   * the last lines of the error log; SERVER_START_TIMEOUT leaves the process running (it may
   * recover from a crash for long): call again to wait on, or {@link #kill}.
   */
  public void start(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    long offset = 0;
    if (!isRunning()) {
      offset = log.length();
      Folders.replace(folder.settings(), OptionFile.print(folder, spec));
      List<String> arguments =
          Files.exists(folder.bootstrap())
              ? List.of("--init-file=" + folder.bootstrap())
              : List.of();
      process.spawn(tree.mysqld(), arguments);
    }
    long from = offset;
    boolean ended = !awaitUntil(deadline, () -> !isRunning() || acceptsConnections(from));
    if (ended) {
      throw new MysqlException(
          FailureCode.SERVER_START_TIMEOUT,
          "%s did not accept connections within %s: %s"
              .formatted(address(), timeout, log.quote(offset, QUOTED_LINES)));
    }
    if (!isRunning()) {
      throw ended(offset);
    }
    requireKeys();
    Folders.delete(folder.bootstrap());
    LOG.info("server started server={} pid={}", address(), processId().orElse(0L));
  }

  /** Without its keys mysqld comes up all the same, and takes encrypted tables for corrupt. */
  private void requireKeys() {
    Optional<Complaint> found = complaint().filter(one -> one.kind() == Complaint.Kind.KEYRING);
    if (found.isPresent()) {
      throw blame(found.get());
    }
  }

  private MysqlException ended(long offset) {
    return lastRun()
        .complaintSince(offset)
        .map(this::blame)
        .orElseGet(
            () ->
                new MysqlException(
                    FailureCode.SERVER_START_FAILED,
                    "mysqld of %s ended while starting, %s: %s"
                        .formatted(
                            address(),
                            process.ending().orElse("nobody knows how"),
                            lastWords(offset))));
  }

  /**
   * What a mysqld that does not run any longer ended for, by its last run's error log and the room
   * on its disk: DISK_FULL, KEYRING_MISSING, or FILES_REFUSED when it complained of its own files
   * (damaged, missing, not belonging together). Empty for none of them: then it ended for the
   * host's sake, by a signal, or by a clean stop, or it runs.
   */
  public Optional<MysqlException> causeOfDeath() {
    return isRunning() ? Optional.empty() : complaint().map(this::blame);
  }

  private MysqlException blame(Complaint complaint) {
    String keyring = spec.settings().getOrDefault(ServerSpec.KEYRING, "a keyring component");
    return switch (complaint.kind()) {
      case DISK_FULL -> ended(FailureCode.DISK_FULL, complaint);
      case FILES -> ended(FailureCode.FILES_REFUSED, complaint);
      case KEYRING ->
          new MysqlException(
              FailureCode.KEYRING_MISSING,
              "mysqld of %s has not the keys of its encrypted tablespaces, which %s had: %s"
                  .formatted(address(), keyring, complaint.quote()));
    };
  }

  private MysqlException ended(FailureCode code, Complaint complaint) {
    return new MysqlException(
        code, "mysqld of %s ended: %s".formatted(address(), complaint.quote()));
  }

  private String lastWords(long offset) {
    String quoted = log.quote(offset, QUOTED_LINES);
    String console = new ErrorLog(folder.console()).quote(0, QUOTED_LINES);
    return Stream.of(quoted, console, "it said nothing; see the kernel's log for want of memory")
        .filter(words -> !words.isBlank())
        .findFirst()
        .orElseThrow();
  }

  /** The log first: another server may answer on the port. */
  private boolean acceptsConnections(long offset) {
    if (!log.hasFrom(offset, ErrorLog.READY)) {
      return false;
    }
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address().host(), address().port()),
          (int) CONNECT_TIMEOUT.toMillis());
      return true;
    } catch (IOException e) {
      LOG.debug("server does not accept connections yet server={}", address(), e);
      return false;
    }
  }

  /** True when the process that we started lives, checked by pid, start time, boot and command. */
  public boolean isRunning() {
    return process.find().isPresent();
  }

  /** Its process id while it runs. */
  public Optional<Long> processId() {
    return process.find().map(ProcessHandle::pid);
  }

  /** Opens a session to this server, with {@link Timeouts#ADMIN}. */
  public MysqlSession open(Credentials credentials) {
    return open(credentials, Timeouts.ADMIN);
  }

  /** Opens a session to this server, see {@link Credentials#onOwnServer}. */
  public MysqlSession open(Credentials credentials, Timeouts timeouts) {
    return MysqlSession.open(address(), credentials.onOwnServer(), timeouts);
  }

  /**
   * Sends SIGTERM and waits until the process is gone; nothing happens when it is gone already.
   * SERVER_STOP_TIMEOUT leaves it running, still stopping: call again to wait on.
   */
  public void stopCleanly(Duration timeout) {
    Optional<ProcessHandle> running = process.find();
    if (running.isEmpty()) {
      return;
    }
    running.get().destroy();
    if (!awaitUntil(System.nanoTime() + timeout.toNanos(), () -> !isRunning())) {
      throw new MysqlException(
          FailureCode.SERVER_STOP_TIMEOUT,
          "%s did not stop within %s: %s"
              .formatted(address(), timeout, log.quote(0, QUOTED_LINES)));
    }
    LOG.info("server stopped server={}", address());
  }

  /**
   * Proves that the last run ended with a complete shutdown, so that the files may be copied: see
   * {@link CleanStop}. UNCLEAN_STOP says what is missing.
   */
  public CleanStop proveCleanStop() {
    if (isRunning()) {
      throw new MysqlException(FailureCode.UNCLEAN_STOP, "the server " + address() + " still runs");
    }
    return CleanStop.prove(address(), log, folder.data(), spec.settings());
  }

  /** SIGKILL, for abandoning; waits (10 s at most) until the process is gone. */
  public void kill() {
    Optional<ProcessHandle> running = process.find();
    if (running.isEmpty()) {
      return;
    }
    running.get().destroyForcibly();
    if (!awaitUntil(System.nanoTime() + KILL_TIMEOUT.toNanos(), () -> !isRunning())) {
      throw new MysqlException(
          FailureCode.SERVER_STOP_TIMEOUT, address() + " outlives SIGKILL: is its disk stuck?");
    }
    LOG.info("server killed server={}", address());
  }

  /**
   * Kills the server and deletes its folder, and what a clone left outside; missing is fine, so it
   * may be repeated. NOT_OUR_FOLDER for a path without our marker.
   */
  public void destroy() {
    if (!Files.exists(spec.directory())) {
      return;
    }
    if (!folder.isOurs()) {
      if (removeUnbegun(spec.directory())) {
        return;
      }
      throw new MysqlException(
          FailureCode.NOT_OUR_FOLDER,
          "no marker file in " + spec.directory() + ": nothing deleted");
    }
    kill();
    outside().remove();
    // The marker last: what is left after a crash in between is still ours.
    Folders.deleteContents(spec.directory(), folder.marker());
    Folders.deleteTree(spec.directory());
    LOG.info("server destroyed server={} directory={}", address(), spec.directory());
  }

  /** The tablespaces that a clone onto this server writes outside its folder. */
  public ClonedOutside outside() {
    return new ClonedOutside(folder);
  }

  /**
   * What is to blame for what befell the last run, by its error log and the room on its disk; empty
   * for neither.
   */
  public Optional<Complaint> complaint() {
    return lastRun().complaint();
  }

  private LastRun lastRun() {
    return new LastRun(log, folder.directory());
  }

  /** What the server is. */
  public ServerSpec spec() {
    return spec;
  }

  /** Where it listens. */
  public ServerAddress address() {
    return spec.address();
  }

  /** {@code <directory>/data}. */
  public Path dataDirectory() {
    return folder.data();
  }

  /** {@code <directory>/run/error.log}. */
  public Path errorLog() {
    return folder.errorLog();
  }

  @Override
  public String toString() {
    return "LocalServer[" + address() + " in " + spec.directory() + "]";
  }

  private static boolean awaitUntil(long deadlineNanos, BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNanos > 0) {
        return false;
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
