package io.reseed.validator.proof;

import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.restore.Restore;
import io.reseed.backup.restore.RestoreJob;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ServerChecked;
import io.reseed.events.check.CheckResult;
import io.reseed.events.check.CheckResult.Outcome;
import io.reseed.events.check.Unproven;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.FullDiskErrors;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.check.TableName;
import io.reseed.mysql.check.Tables;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.server.Admission;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.RestoredRoots;
import io.reseed.mysql.server.ServerSpec;
import io.reseed.validator.failure.Failures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Goal READ_BACK: restores the committed backup beside the stopped server, has a server come up
 * from it, and checks it. What it made is gone when it ends; only an assignment that ends, or a
 * death of this process, leaves it to the agent, which goes on with it or removes it.
 */
final class ReadBackStep {
  private static final String LOOPBACK = "127.0.0.1";

  private final ProofWork work;
  private final ProofControl control;
  private final ReadBackFolders folders;

  ReadBackStep(ProofWork work) {
    this.work = work;
    this.control = work.control();
    this.folders = new ReadBackFolders(work.host().directory(), work.means().mysql());
  }

  /**
   * Proves the backup.
   *
   * @param dedicated the server that it was made of
   */
  ServerChecked run(ProofJob job, LocalServer dedicated) throws InterruptedException {
    ServerChecked report;
    try {
      report = proven(job, dedicated);
    } catch (RuntimeException e) {
      if (!control.cancelled()) {
        var _ = folders.remove(folders.server(job.id()));
      }
      throw e;
    }
    var _ = folders.remove(folders.server(job.id()));
    return report;
  }

  private ServerChecked proven(ProofJob job, LocalServer dedicated) throws InterruptedException {
    Instant begun = work.now();
    List<CheckResult> results = new ArrayList<>();
    control.note("reads the backup back");
    Manifest manifest = manifest(job);
    LocalServer server = restored(job, dedicated, manifest);
    results.add(
        held(
            "hashes",
            "%d bytes in %d files".formatted(manifest.rawBytes(), manifest.files().size()),
            begun));
    control.note("starts a server on it");
    start(server, job);
    results.add(gtidSet(server, manifest));
    results.add(tablesOpen(server));
    control.note(null);
    ProofAssigned assignment = control.assignment();
    return new ServerChecked(
        assignment.shard(),
        assignment.seeding(),
        assignment.attempt(),
        assignment.host(),
        control.goal().stage(),
        job.backup(),
        manifest.rawBytes(),
        results,
        work.millisSince(begun));
  }

  private CheckResult held(String name, String detail, Instant begun) {
    return CheckResult.of(name, Outcome.HELD, Failures.cut(detail), work.millisSince(begun));
  }

  private Manifest manifest(ProofJob job) throws InterruptedException {
    Catalogue catalogue = new Catalogue(work.store());
    return StoreGracePeriod.outwait(
        work, () -> catalogue.manifest(work.shard(), new BackupId(job.backup())));
  }

  /** The server with all of the backup's files; one that runs has them, by an earlier run. */
  private LocalServer restored(ProofJob job, LocalServer dedicated, Manifest manifest)
      throws InterruptedException {
    var earlier = folders.find(job.id());
    if (earlier.isPresent() && earlier.get().isRunning()) {
      return earlier.get();
    }
    LocalServer server = create(job, dedicated, manifest);
    Map<String, Path> roots =
        RestoredRoots.around(server.dataDirectory(), manifest.roots(), Map.of()).folders();
    Restore restore =
        new Restore(work.store(), work.host().transfer().readBacks(), work.masterKeys());
    RestoreJob restoring =
        new RestoreJob(work.shard(), new BackupId(job.backup()), roots, folders.journal(job.id()));
    var _ = StoreGracePeriod.outwait(work, () -> restore.run(restoring, control));
    return server;
  }

  private LocalServer create(ProofJob job, LocalServer dedicated, Manifest manifest) {
    ServerSpec like = dedicated.spec();
    ServerSpec bare =
        new ServerSpec(
            folders.server(job.id()),
            address(dedicated),
            like.serverId(),
            like.bufferPoolMegabytes(),
            true,
            Map.of());
    LocalServer server = LocalServer.create(bare, work.means().mysql());
    Map<String, String> settings =
        new HashMap<>(
            RestoredRoots.around(
                    server.dataDirectory(), manifest.roots(), manifest.header().settings())
                .settings());
    settings.putAll(tls(like));
    settings.put("event_scheduler", "OFF");
    return LocalServer.create(bare.withSettings(settings), work.means().mysql());
  }

  /** Its certificate: this host's agent logs in as at any server. */
  private static Map<String, String> tls(ServerSpec dedicated) {
    return dedicated.settings().entrySet().stream()
        .filter(setting -> setting.getKey().startsWith("ssl_"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Nobody but this host is to reach it; the stopped server's port is ours to use. */
  private static ServerAddress address(LocalServer dedicated) {
    int port = dedicated.address().port();
    return new ServerAddress(LOOPBACK, isFree(port) ? port : anyFree());
  }

  private static boolean isFree(int port) {
    try (ServerSocket _ = listen(port)) {
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private static int anyFree() {
    try (ServerSocket probe = listen(0)) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot get a port of " + LOOPBACK, e);
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
  }

  private void start(LocalServer server, ProofJob job) {
    try {
      server.start(work.host().bounds().startTimeout());
      Admission.admit(server, work.accounts().agent(), work.host().bounds().startTimeout());
    } catch (MysqlException e) {
      throw ServerFault.ofStart(e, job.backup());
    }
  }

  private CheckResult gtidSet(LocalServer server, Manifest manifest) throws InterruptedException {
    Instant begun = work.now();
    GtidSet expected = manifest.header().gtidExecuted();
    GtidSet executed;
    try (MysqlSession session = server.open(work.accounts().agent())) {
      executed = session.gtidExecuted();
    } catch (MysqlException e) {
      throw ServerFault.behind(e, server, "while it was asked for its GTID set");
    }
    if (!executed.equals(expected)) {
      throw new FailureException(
          FailureCode.GTID_MISMATCH,
          "The server read back from backup %s lacks '%.800s' of the manifest's GTID set and has '%.800s' beyond it."
              .formatted(
                  manifest.header().id(), expected.subtract(executed), executed.subtract(expected)),
          "The backup's files and its manifest do not belong together: a fresh one is made.");
    }
    return held("gtid-set", "equal to the manifest's: " + executed, begun);
  }

  private CheckResult tablesOpen(LocalServer server) throws InterruptedException {
    Instant begun = work.now();
    String name = "tables-open";
    try {
      int count =
          TimeLimit.run(name, work.host().checks().limits().tablesOpen(), () -> openAll(server));
      return new CheckResult(
          name,
          Outcome.HELD,
          "a row of each of %d tables was asked for".formatted(count),
          work.millisSince(begun),
          List.of(
              new Unproven(
                  "rows of %d tables".formatted(count),
                  "one row of each was read; the next cycle compares them")));
    } catch (MysqlException e) {
      throw ServerFault.behind(e, server, control.doing());
    }
  }

  private int openAll(LocalServer server) {
    try (MysqlSession session = server.open(work.accounts().agent())) {
      List<TableName> tables = Tables.ofUser(session);
      for (TableName table : tables) {
        control.note("opens table " + table);
        open(session, table);
      }
      return tables.size();
    }
  }

  private static void open(MysqlSession session, TableName table) {
    try {
      var _ = session.query("SELECT 1 FROM " + table.quoted() + " LIMIT 1");
    } catch (MysqlException e) {
      boolean ofHost = FullDiskErrors.in(String.valueOf(e.getMessage()));
      if (ofHost || e.failureClass() == FailureClass.TRANSIENT) {
        throw e;
      }
      throw new FailureException(
          FailureCode.TABLE_CORRUPT,
          "Table %s cannot be read from: %s".formatted(table, e.getMessage()),
          "The new backup is of no use: a fresh one is made.");
    }
  }
}
