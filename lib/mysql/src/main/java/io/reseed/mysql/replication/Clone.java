package io.reseed.mysql.replication;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import io.reseed.mysql.Timeouts;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.server.LocalServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills a server by MySQL's CLONE from a live donor. */
public final class Clone {
  private static final Logger LOG = LoggerFactory.getLogger(Clone.class);

  /** ER_RESTART_SERVER_FAILED: no supervisor restarts mysqld; the clone itself is complete. */
  private static final int RESTART_SERVER_FAILED = 3707;

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private static final long PROGRESS_PERIOD_MILLIS = 500;

  private static final String PROGRESS =
      """
      SELECT STAGE, STATE, ESTIMATE, DATA FROM performance_schema.clone_progress ORDER BY ID, BEGIN_TIME
      """;

  private static final String STATUS =
      """
      SELECT STATE, ERROR_NO, ERROR_MESSAGE, GTID_EXECUTED FROM performance_schema.clone_status
      """;

  private Clone() {}

  /**
   * Every reason why the clone would fail, empty when none: version, page size, character set,
   * plugin, privileges, disk space. Installs the plugin where it is missing and may be installed.
   */
  public static List<String> preflight(
      MysqlSession donor, MysqlSession recipientSession, LocalServer recipient) {
    return new ClonePreflight(donor, recipientSession).check(recipient.dataDirectory());
  }

  /**
   * Clones onto a running recipient, which loses everything it held and stops; the caller starts it
   * again and asks {@link #outcome}. After that it has the donor's accounts and GTID set, its own
   * UUID, and the fence of its own my.cnf.
   *
   * <p>The donor shows who it is to our own login, just before. CLONE itself asks for less where
   * the account's trust asks for an identity: MySQL checks that an authority signed the donor's
   * certificate, not for which address.
   *
   * @param progress called about every half second from another thread
   * @throws MysqlException CLONE_UNFIT, and as {@link FullCopy#requireOfDonor} does, before
   *     anything was changed; CLONE_FAILED after: then the recipient is killed, so that the donor
   *     has no more work, and holds nothing of use
   */
  public static void run(
      LocalServer recipient, CloneRequest request, Consumer<CloneProgress> progress) {
    Timeouts timeouts = new Timeouts(Timeouts.ADMIN.connect(), request.timeout());
    try (MysqlSession session = recipient.open(request.recipientAdmin(), timeouts)) {
      prepare(session, recipient, request);
      LOG.info("clone started server={} donor={}", recipient.address(), request.donor());
      clone(session, recipient, request, progress);
    }
    if (!awaitGone(recipient)) {
      recipient.kill();
      throw new MysqlException(
          FailureCode.CLONE_FAILED, recipient.address() + " did not stop after its clone");
    }
    LOG.info("clone ended server={} donor={}", recipient.address(), request.donor());
  }

  private static void prepare(MysqlSession session, LocalServer recipient, CloneRequest request) {
    try (MysqlSession donor =
        MysqlSession.open(request.donor(), request.donorAccount(), Timeouts.ADMIN)) {
      FullCopy.requireOfDonor(donor);
      TemporaryTables.requireNone(donor);
      List<String> problems = preflight(donor, session, recipient);
      if (!problems.isEmpty()) {
        throw new MysqlException(
            FailureCode.CLONE_UNFIT,
            "cannot clone %s onto %s: %s"
                .formatted(request.donor(), recipient.address(), String.join("; ", problems)));
      }
    }
    SourceTls tls = SourceTls.of(session, request.donor(), request.donorAccount());
    session.execute("SET GLOBAL clone_ssl_ca = ?", tls.authorities());
    session.execute("SET GLOBAL clone_valid_donor_list = ?", request.donor().toString());
    session.execute("SET GLOBAL clone_max_network_bandwidth = ?", request.megabytesPerSecondMax());
  }

  private static void clone(
      MysqlSession session,
      LocalServer recipient,
      CloneRequest request,
      Consumer<CloneProgress> progress) {
    CountDownLatch ended = new CountDownLatch(1);
    Thread watcher =
        Thread.ofVirtual()
            .name("clone-progress")
            .start(() -> watch(recipient, request, progress, ended));
    boolean complete = false;
    try {
      session.execute(
          "CLONE INSTANCE FROM ?@?:%d IDENTIFIED BY ?%s"
              .formatted(
                  request.donor().port(),
                  request.donorAccount().trust().verifies() ? " REQUIRE SSL" : ""),
          request.donorAccount().user(),
          request.donor().host(),
          request.donorAccount().password());
      complete = true;
    } catch (MysqlException e) {
      complete = e.errno() == RESTART_SERVER_FAILED;
      if (!complete) {
        throw new MysqlException(
            FailureCode.CLONE_FAILED,
            "clone of %s onto %s: %s"
                .formatted(request.donor(), recipient.address(), e.getMessage()),
            e);
      }
    } finally {
      ended.countDown();
      join(watcher);
      if (!complete) {
        recipient.kill();
      }
    }
  }

  private static void watch(
      LocalServer recipient,
      CloneRequest request,
      Consumer<CloneProgress> progress,
      CountDownLatch ended) {
    try (MysqlSession session = recipient.open(request.recipientAdmin())) {
      while (!ended.await(PROGRESS_PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
        progress.accept(read(session));
      }
    } catch (MysqlException e) {
      // The clone's own statement tells what went wrong; without progress it goes on.
      LOG.debug("clone progress is not readable server={}", recipient.address(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CloneProgress read(MysqlSession session) {
    String stage = "";
    long done = 0;
    long total = 0;
    for (Row row : session.query(PROGRESS)) {
      done += row.number("DATA");
      total += row.number("ESTIMATE");
      if (!row.text("STATE").equals("Not Started")) {
        stage = row.text("STAGE");
      }
    }
    return new CloneProgress(stage, done, Math.max(done, total));
  }

  private static void join(Thread watcher) {
    try {
      watcher.join(Timeouts.ADMIN.statement());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean awaitGone(LocalServer recipient) {
    try {
      recipient.stopCleanly(STOP_TIMEOUT);
      return true;
    } catch (MysqlException e) {
      LOG.warn("server stays after its clone server={}", recipient.address(), e);
      return false;
    }
  }

  /**
   * The result of the last clone, asked after the recipient was started again: the donor's executed
   * set at the moment of the copy, which must be the recipient's own now.
   *
   * @throws MysqlException CLONE_FAILED when the clone did not complete, with its error
   */
  public static GtidSet outcome(MysqlSession recipient) {
    Row status =
        recipient.query(STATUS).stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new MysqlException(
                        FailureCode.CLONE_FAILED, recipient.address() + " knows of no clone"));
    if (!status.text("STATE").equals("Completed")) {
      throw new MysqlException(
          FailureCode.CLONE_FAILED,
          "the clone onto %s is %s: error %d, %s"
              .formatted(
                  recipient.address(),
                  status.text("STATE"),
                  status.number("ERROR_NO"),
                  status.text("ERROR_MESSAGE")));
    }
    return GtidSet.parse(status.text("GTID_EXECUTED"));
  }
}
