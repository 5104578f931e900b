package io.reseed.validator.proof;

import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.snapshot.PageInspection;
import io.reseed.backup.snapshot.SnapshotParent;
import io.reseed.backup.snapshot.SnapshotRequest;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.backup.store.ObjectStore;
import io.reseed.events.BackupCreated;
import io.reseed.events.ProofAssigned;
import io.reseed.events.check.CheckResult;
import io.reseed.events.check.Unproven;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.ServerPaths;
import io.reseed.validator.proof.ProofJob.Noted;
import io.reseed.validator.proof.ProofJob.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goal SNAPSHOT: stops the checked server and commits its files as the shard's next backup. Each of
 * the two steps may be repeated.
 */
final class SnapshotStep {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStep.class);
  private static final String PAGES = "pages";

  private final ProofWork work;
  private final ProofControl control;

  SnapshotStep(ProofWork work) {
    this.work = work;
    this.control = work.control();
  }

  /** What was committed, and what was found while its files were read. */
  private record Written(Manifest manifest, CheckResult pages) {}

  /** Stops replication and notes what the server is. */
  Position note(LocalServer server) throws InterruptedException {
    if (!server.isRunning()) {
      throw ServerFault.ended(server, "before its position was noted");
    }
    control.note("stops replication");
    Duration limit = work.host().bounds().stopTimeout();
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        return StoppingServer.note(server, work.accounts().agent(), limit);
      } catch (MysqlException e) {
        RuntimeException behind = ServerFault.behind(e, server, "while replication was stopped");
        if (behind != e || e.failureClass() != FailureClass.TRANSIENT) {
          throw behind;
        }
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        LOG.info("server not ready to stop server={} reason={}", server.address(), e.getMessage());
      }
      work.pause();
    }
  }

  /** Stops the server cleanly, reads its files, checks their pages, and commits. */
  BackupCreated commit(ProofJob job, Noted noted, LocalServer server) throws InterruptedException {
    control.note("stops the server");
    StoppingServer.requireUnchanged(server, work.accounts().agent(), noted.position());
    server.stopCleanly(work.host().bounds().stopTimeout());
    proveCleanStop(server);
    control.note(null);
    Written written = StoreGracePeriod.outwait(work, () -> write(job, noted));
    return announcement(job, noted, written);
  }

  private static void proveCleanStop(LocalServer server) {
    try {
      server.proveCleanStop();
    } catch (MysqlException e) {
      if (e.code() == FailureCode.UNCLEAN_STOP && server.complaint().isPresent()) {
        throw ServerFault.ended(server, "instead of stopping cleanly");
      }
      throw e;
    }
  }

  private Written write(ProofJob job, Noted noted) {
    Position position = noted.position();
    Instant begun = work.now();
    BackupId id = new BackupId(job.backup());
    String manifest = new RepositoryLayout(work.shard()).manifestKey(id);
    GtidSet executed = GtidSet.parse(position.gtidExecuted());
    CommitQuestion question = new CommitQuestion(work, job, executed);
    ObjectStore guarded = new CommitGuard(work.store(), manifest, question::ask);
    SnapshotWriter writer =
        new SnapshotWriter(
            guarded, work.host().transfer().snapshots(), work.means().random(), work.masterKeys());
    PageInspection pages = new PageInspection();
    requireEncryption();
    try {
      ManifestHeader header = header(job, noted);
      SnapshotRequest request =
          new SnapshotRequest(
              header,
              source(position),
              pages,
              parent(header),
              work.host().snapshotDirectory(job.id()));
      Manifest committed = writer.write(request, control).manifest();
      PageInspection.Count count = pages.checked();
      return new Written(
          committed,
          held(
              "%d pages in %d files".formatted(count.pages(), count.files()),
              begun,
              withoutPages(committed, count)));
    } catch (FailureException e) {
      if (e.code() == FailureCode.BACKUP_EXISTS) {
        // this job's, of an earlier run, which commits only what it checked
        Manifest committed = new Catalogue(work.store()).manifest(work.shard(), id);
        return new Written(committed, held("all, by the run that committed them", begun, null));
      }
      throw e;
    }
  }

  /** A host whose key was forgotten must not make a shard's backups readable for anybody. */
  private void requireEncryption() {
    boolean wanted = !work.masterKeys().canWrap() && !work.means().repository().encryptionMayEnd();
    if (wanted
        && new Catalogue(work.store())
            .newest(work.shard())
            .filter(newest -> newest.header().keyId() != null)
            .isPresent()) {
      throw new FailureException(
          FailureCode.KEY_UNKNOWN,
          "the backups of shard "
              + work.shard()
              + " are encrypted, and this host has no master key",
          "Give the validator-service reseed.store.master-keys-file; to give encryption up, set"
              + " reseed.validator.encryption-may-end=true.");
    }
  }

  /**
   * The backup that the server was restored from, so that only what changed since is sent. A
   * clone's files have nothing to do with any backup; a backup condemned meanwhile is none to build
   * on.
   */
  private @Nullable SnapshotParent parent(ManifestHeader header) {
    BackupId parent = header.parent();
    return parent == null
        ? null
        : SnapshotParent.of(new Catalogue(work.store()), work.shard(), parent).orElse(null);
  }

  private CheckResult held(String detail, Instant begun, @Nullable List<Unproven> unproven) {
    return new CheckResult(
        PAGES, CheckResult.Outcome.HELD, detail, work.millisSince(begun), unproven);
  }

  /** Files that have no pages to check: their bytes are as the server left them. */
  private static @Nullable List<Unproven> withoutPages(
      Manifest committed, PageInspection.Count count) {
    long others = committed.files().size() - count.files();
    return others <= 0
        ? null
        : List.of(
            new Unproven(
                "%d of %d files".formatted(others, committed.files().size()),
                "they hold no InnoDB pages: logs, definitions, tables of other engines, or no"
                    + " bytes"));
  }

  private ManifestHeader header(ProofJob job, Noted noted) {
    Position position = noted.position();
    String origin = control.assignment().originBackup();
    return new ManifestHeader(
        new BackupId(job.backup()),
        work.shard(),
        noted.begunAt(),
        MysqlVersion.parse(position.mysqlVersion()),
        position.settings(),
        GtidSet.parse(position.gtidExecuted()),
        GtidSet.parse(position.gtidPurged()),
        UUID.fromString(position.serverUuid()),
        origin == null ? null : new BackupId(origin),
        null);
  }

  private static SnapshotSource source(Position position) {
    ServerPaths paths =
        new ServerPaths(
            position.roots(),
            position.tablespaces(),
            position.leftOut(),
            position.logBasenames(),
            position.settings());
    return SnapshotSource.scanNested(paths.roots(), file -> paths.copies(file.root(), file.path()));
  }

  private BackupCreated announcement(ProofJob job, Noted noted, Written written) {
    Manifest manifest = written.manifest();
    ProofAssigned assignment = control.assignment();
    BackupId parent = manifest.header().parent();
    return new BackupCreated(
        assignment.shard(),
        job.backup(),
        assignment.seeding(),
        assignment.attempt(),
        manifest.header().gtidExecuted().toString(),
        manifest.header().mysqlVersion().toString(),
        manifest.rawBytes(),
        manifest.storedBytes(),
        manifest.addedBytes(),
        parent == null ? null : parent.text(),
        List.of(written.pages()),
        manifest.header().createdAt(),
        work.millisSince(noted.begunAt()));
  }
}
