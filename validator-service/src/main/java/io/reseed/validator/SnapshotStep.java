package io.reseed.validator;

import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.format.BackupId;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.backup.format.ShardName;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.backup.store.ObjectStore;
import io.reseed.events.BackupCreated;
import io.reseed.events.Failure;
import io.reseed.events.FailureClass;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.mysql.ErrorClass;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.Observation;
import io.reseed.mysql.Probe;
import io.reseed.mysql.ServerAddress;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.server.ColdCopy;
import io.reseed.mysql.server.LocalServer;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.mysql.server.ServerPaths;
import io.reseed.validator.ProofJob.Noted;
import io.reseed.validator.ProofJob.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one attempt's server from caught up to a committed backup; goes on from what its job file
 * says. For one thread.
 */
final class SnapshotStep {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStep.class);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);

  private final ProofHost host;
  private final Means means;
  private final ProofControl control;

  /** What it works with. */
  record Means(
      ObjectStore store,
      MysqlTree mysql,
      ProofJobs jobs,
      InstantSource clock,
      RandomGenerator random) {}

  SnapshotStep(ProofHost host, Means means, ProofControl control) {
    this.host = host;
    this.means = means;
    this.control = control;
  }

  /**
   * Goes on until the job is committed or failed, durably.
   *
   * @throws InterruptedException when it was cancelled; it can be gone on with later
   */
  ProofJob run(ProofJob.Attempt id) throws InterruptedException {
    ProofJob job = begun(id);
    while (job.state() instanceof ProofJob.Open open) {
      try {
        job = job.with(step(job, open));
      } catch (RuntimeException e) {
        job = job.with(open.failed(failure(e, job)));
      }
      means.jobs().write(job);
      LOG.info(
          "snapshot changed shard={} seeding={} attempt={} backup={} state={}",
          control.assignment().shard(),
          id.seeding(),
          id.attempt(),
          job.backup(),
          job.state().getClass().getSimpleName());
    }
    return job;
  }

  private ProofJob begun(ProofJob.Attempt id) {
    Optional<ProofJob> earlier = means.jobs().read(id);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    var now = means.clock().instant();
    String backup = BackupId.create(now, means.random()).text();
    ProofJob job = new ProofJob(id, backup, now, new ProofJob.Begun());
    means.jobs().write(job);
    return job;
  }

  private Failure failure(RuntimeException thrown, ProofJob job) throws InterruptedException {
    if (control.cancelled() || Thread.interrupted()) {
      throw new InterruptedException("snapshot of " + job.id() + " cancelled: " + thrown);
    }
    LOG.warn("snapshot failed seeding={} backup={}", job.id().seeding(), job.backup(), thrown);
    return Failures.of(thrown, "The snapshot of " + job.id());
  }

  private ProofJob.State step(ProofJob job, ProofJob.Open state)
      throws InterruptedException {
    LocalServer server =
        LocalServer.adopt(host.serverDirectory(job.id()), means.mysql())
            .orElseThrow(() -> serverLost(job));
    return switch (state) {
      case ProofJob.Begun begun -> {
        if (!server.isRunning()) {
          throw new Failures.Found(
              new Failure(
                  "SERVER_DIED",
                  FailureClass.TRANSIENT,
                  server.address() + " ended before its position was noted: no snapshot of it.",
                  "Look into its error log, " + server.errorLog() + ". Another attempt follows."));
        }
        control.note("stops replication");
        yield begun.noted(note(server));
      }
      case Noted noted -> {
        control.note("stops the server");
        server.stopCleanly(host.bounds().stopTimeout());
        server.proveCleanStop();
        control.note(null);
        yield noted.committed(announcement(job, write(job, noted.position())));
      }
    };
  }

  private Position note(LocalServer server) throws InterruptedException {
    long deadline = System.nanoTime() + host.bounds().stopTimeout().toNanos();
    while (true) {
      try {
        return StoppingServer.note(server, accounts().agent());
      } catch (MysqlException e) {
        if (e.errorClass() != ErrorClass.TRANSIENT || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LOG.info("server not ready to stop server={} reason={}", server.address(), e.getMessage());
      }
      pause();
    }
  }

  /** A store that does not answer is waited for; then the files are read from the beginning. */
  private Manifest write(ProofJob job, Position position) throws InterruptedException {
    long deadline = System.nanoTime() + host.bounds().storePatience().toNanos();
    while (true) {
      try {
        return writeOnce(job, position);
      } catch (BackupException e) {
        boolean mayPass = e.code() == FailureCode.STORE_UNREACHABLE && !control.cancelled();
        if (!mayPass || System.nanoTime() - deadline > 0) {
          throw e;
        }
        control.note("the store does not answer: " + e.getMessage());
      }
      pause();
    }
  }

  private Manifest writeOnce(ProofJob job, Position position) {
    BackupId id = new BackupId(job.backup());
    ShardName shard = shard();
    String manifest = new RepositoryLayout(shard).manifestKey(id);
    ObjectStore guarded =
        new CommitGuard(means.store(), manifest, () -> askBeforeCommit(job, position));
    SnapshotWriter writer = new SnapshotWriter(guarded, host.options(), means.random());
    try {
      return writer.write(header(job, position), source(position), control);
    } catch (BackupException e) {
      if (e.code() == FailureCode.BACKUP_EXISTS) {
        return new Catalogue(means.store()).manifest(shard, id); // this job's, of an earlier run
      }
      throw e;
    }
  }

  private ManifestHeader header(ProofJob job, Position position) {
    BackupId parent =
        control.assignment().origin() instanceof SeedingOrigin.Backup origin
            ? new BackupId(origin.backup())
            : null;
    return new ManifestHeader(
        new BackupId(job.backup()),
        shard(),
        job.begunAt(),
        MysqlVersion.parse(position.mysqlVersion()),
        position.settings(),
        GtidSet.parse(position.gtidExecuted()),
        GtidSet.parse(position.gtidPurged()),
        UUID.fromString(position.serverUuid()),
        parent,
        null);
  }

  private static SnapshotSource source(Position position) {
    Map<String, Path> roots = position.roots();
    ServerPaths paths = new ServerPaths(roots, position.leftOut(), position.logBasenames());
    return SnapshotSource.scan(
        roots,
        file -> {
          Path root = roots.get(file.root());
          return root != null
              && paths.place(root.resolve(file.path())) instanceof ColdCopy.Placement.Copied;
        });
  }

  /**
   * A backup with transactions that the primary does not have could never be used, e.g. after a
   * failover to a replica that was behind. The primary is the one that is assigned by then.
   */
  private void askBeforeCommit(ProofJob job, Position position) {
    GtidSet executed = GtidSet.parse(position.gtidExecuted());
    long deadline = System.nanoTime() + host.bounds().primaryPatience().toNanos();
    while (true) {
      if (control.cancelled()) {
        throw new BackupException(
            FailureCode.CANCELLED, "snapshot of " + job.id() + " is not wanted", "Nothing to do.");
      }
      ServerAddress primary = address(control.assignment().primary());
      switch (Probe.observe(primary, accounts().observer(), PROBE_TIMEOUT)) {
        case Observation.Reachable seen -> {
          GtidSet errant = executed.subtract(seen.server().gtidExecuted());
          if (errant.isEmpty()) {
            return;
          }
          throw notSubset(job, primary, errant);
        }
        case Observation.Unreachable lost -> {
          if (System.nanoTime() - deadline > 0) {
            throw primaryUnreachable(job, lost);
          }
          control.note("waits for the primary: " + lost.reason());
        }
      }
      pauseUninterrupted(job);
    }
  }

  private void pauseUninterrupted(ProofJob job) {
    try {
      pause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackupException(
          FailureCode.CANCELLED, "snapshot of " + job.id() + " interrupted", "Nothing to do.", e);
    }
  }

  private void pause() throws InterruptedException {
    Thread.sleep(host.bounds().retryInterval());
  }

  private BackupCreated announcement(ProofJob job, Manifest manifest) {
    SeedingAssigned wish = control.assignment();
    BackupId parent = manifest.header().parent();
    return new BackupCreated(
        wish.shard(),
        job.backup(),
        wish.seeding(),
        wish.attempt(),
        manifest.header().gtidExecuted().toString(),
        manifest.header().mysqlVersion().toString(),
        manifest.rawBytes(),
        manifest.storedBytes(),
        manifest.addedBytes(),
        parent == null ? null : parent.text(),
        List.of(),
        manifest.header().createdAt(),
        Math.max(0, Duration.between(job.begunAt(), means.clock().instant()).toMillis()));
  }

  private ProofHost.Accounts accounts() {
    String cluster = control.assignment().shard().cluster();
    ProofHost.Accounts accounts = host.accounts().get(cluster);
    if (accounts == null) {
      throw new Failures.Found(Failures.accountMissing(cluster, "agent"));
    }
    return accounts;
  }

  private ShardName shard() {
    return new ShardName(
        control.assignment().shard().cluster(), control.assignment().shard().shard());
  }

  private static ServerAddress address(io.reseed.events.ServerAddress address) {
    return new ServerAddress(address.host(), address.port());
  }

  private Failures.Found serverLost(ProofJob job) {
    return new Failures.Found(
        new Failure(
            "SERVER_LOST",
            FailureClass.TRANSIENT,
            "The folder %s holds no server any longer.".formatted(host.serverDirectory(job.id())),
            "Did somebody remove it? Another attempt makes a new one."));
  }

  private static Failures.Found notSubset(ProofJob job, ServerAddress primary, GtidSet errant) {
    return new Failures.Found(
        new Failure(
            "BACKUP_NOT_SUBSET",
            FailureClass.BAD_BACKUP,
            Failures.cut(
                "The server of %s executed %s, which the primary %s did not: not committed."
                    .formatted(job.id(), errant, primary)),
            "A failover lost these transactions, or somebody wrote to a replica. Another attempt"
                + " follows."));
  }

  private static Failures.Found primaryUnreachable(ProofJob job, Observation.Unreachable lost) {
    return new Failures.Found(
        new Failure(
            "PRIMARY_UNREACHABLE",
            FailureClass.TRANSIENT,
            "The snapshot of %s cannot be compared with the primary %s: %s"
                .formatted(job.id(), lost.address(), Failures.cut(lost.reason())),
            "Look at the primary and at the observer account. Another attempt follows."));
  }
}
