package io.reseed.validator.proof;

import io.reseed.backup.format.StartSettings;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.Replication;
import io.reseed.mysql.replication.TemporaryTables;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.ServerPaths;
import io.reseed.validator.proof.ProofJob.Position;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a running, caught-up server ready to be stopped and copied. Each step may be repeated. */
final class StoppingServer {
  private static final Logger LOG = LoggerFactory.getLogger(StoppingServer.class);
  private static final int REDO_BYTES = 8 << 20;
  private static final Duration REDO_SHRINK_MAX = Duration.ofSeconds(15);
  private static final long POLL_MILLIS = 100;

  /** What the files of a server cannot be read without. */
  private static final List<String> SETTINGS =
      List.of(
          "innodb_page_size",
          "innodb_checksum_algorithm",
          "lower_case_table_names",
          "character_set_server",
          "collation_server");

  private StoppingServer() {}

  /**
   * Stops replication, shrinks the redo log (it would be copied whole), and notes what the server
   * is. From then on nothing can change in it.
   *
   * @param limit for the applier's temporary tables to be closed
   * @throws FailureException when it is not fenced
   */
  static Position note(LocalServer server, Credentials agent, Duration limit)
      throws InterruptedException {
    try (MysqlSession session = server.open(agent)) {
      TemporaryTables.stopWithout(session, limit);
      Replication.detach(session);
      // 2 would leave the tablespaces behind what the redo log says
      session.execute("SET GLOBAL innodb_fast_shutdown = 1");
      shrinkRedo(session);
      ServerObservation seen = session.probe();
      if (!seen.superReadOnly()) {
        throw new FailureException(
            FailureCode.SERVER_NOT_FENCED,
            server.address() + " is not super_read_only, so its rows may differ.",
            "Find out who lifted the fence; report it with the restore-service's log.");
      }
      ServerPaths paths = ServerPaths.ask(session);
      Map<String, String> settings = settings(session);
      settings.putAll(paths.settings());
      requireAllowed(settings, server);
      return new Position(
          seen.gtidExecuted().toString(),
          seen.gtidPurged().toString(),
          seen.serverUuid(),
          seen.version(),
          settings,
          paths.roots(),
          paths.tablespaces(),
          paths.leftOut(),
          paths.logBasenames());
    }
  }

  /**
   * Makes sure that nothing came after the position was noted: an attach that was under way when
   * the catch-up was told to leave the server alone may have begun replication once more.
   *
   * @throws FailureException {@code SERVER_CHANGED}; nothing when the server is down or stops
   *     already
   */
  static void requireUnchanged(LocalServer server, Credentials agent, Position noted) {
    if (!server.isRunning()) {
      return;
    }
    ServerObservation seen;
    try (MysqlSession session = server.open(agent)) {
      seen = session.probe();
    } catch (MysqlException e) {
      if (e.failureClass() != FailureClass.TRANSIENT) {
        throw e;
      }
      LOG.info("server not asked again server={} reason={}", server.address(), e.getMessage());
      return;
    }
    boolean same = seen.gtidExecuted().equals(GtidSet.parse(noted.gtidExecuted()));
    if (!same || seen.replication().isPresent()) {
      throw new FailureException(
          FailureCode.SERVER_CHANGED,
          "%s was to stand still with %s and has %s now%s."
              .formatted(
                  server.address(),
                  noted.gtidExecuted(),
                  seen.gtidExecuted(),
                  seen.replication().isPresent() ? ", and replicates again" : ""),
          "It was attached once more by a late answer; another attempt follows by itself.");
    }
  }

  private static Map<String, String> settings(MysqlSession session) {
    Map<String, String> settings = new TreeMap<>();
    for (String name : SETTINGS) {
      session.queryValue("SELECT @@global." + name).ifPresent(value -> settings.put(name, value));
    }
    return settings;
  }

  /** A setting that a manifest cannot carry is one without which no server starts on the copy. */
  private static void requireAllowed(Map<String, String> settings, LocalServer server) {
    settings.forEach(
        (name, value) -> {
          if (!StartSettings.isAllowed(name, value)) {
            throw new FailureException(
                FailureCode.LAYOUT_UNSUPPORTED,
                ("A backup cannot carry the setting %s='%s' of %s, and no server starts on its"
                        + " files without.")
                    .formatted(name, value, server.address()),
                "See docs/BACKUP_FORMAT.md for what is supported.");
          }
        });
  }

  /** Only saves bytes, so a server that takes long is not waited for. */
  private static void shrinkRedo(MysqlSession session) throws InterruptedException {
    session.execute("SET GLOBAL innodb_redo_log_capacity = " + REDO_BYTES);
    long deadline = System.nanoTime() + REDO_SHRINK_MAX.toNanos();
    while (!shrunk(session)) {
      if (System.nanoTime() - deadline > 0) {
        LOG.info("redo log not shrunk in time server={}", session.address());
        return;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static boolean shrunk(MysqlSession session) {
    return session.query("SHOW GLOBAL STATUS LIKE 'Innodb_redo_log_capacity_resized'").stream()
        .allMatch(row -> row.number("Value") <= REDO_BYTES);
  }
}
