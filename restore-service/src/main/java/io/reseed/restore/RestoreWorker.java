package io.reseed.restore;

import io.reseed.agent.JobControl;
import io.reseed.agent.JobFiles;
import io.reseed.agent.JobId;
import io.reseed.agent.Steps;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ForeignText;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.mysql.replication.Replication;
import io.reseed.mysql.server.Admission;
import io.reseed.mysql.server.LocalServer;
import io.reseed.restore.JobState.Copy;
import io.reseed.restore.JobState.Fetching;
import io.reseed.restore.JobState.Proof;
import io.reseed.restore.JobState.Verifying;
import io.reseed.restore.Observation.Outcome;
import io.reseed.restore.RestoreDecision.Action;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the steps that the machine decides on: on this host's disk, processes and MySQL servers.
 * Each step may be repeated after a crash in its middle. Thread-safe for different jobs.
 */
final class RestoreWorker implements Steps<SeedingAssigned, Job, Action, Outcome> {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreWorker.class);

  private final Servers servers;
  private final Places places;
  private final JobFiles<Job> files;
  private final HostDisk disk;
  private final BackupFetch backups;
  private final DonorFetch donors;
  private final RestorePolicy policy;
  private final InstantSource clock;
  private final Semaphore fetches;

  /**
   * What a worker acts on and with.
   *
   * @param repository where backups are read from; donors are asked themselves
   */
  record Ground(
      Servers servers,
      Places places,
      JobFiles<Job> files,
      HostDisk disk,
      BackupFetch.Repository repository,
      InstantSource clock) {}

  RestoreWorker(Ground ground, RestorePolicy policy) {
    this.servers = ground.servers();
    this.places = ground.places();
    this.files = ground.files();
    this.disk = ground.disk();
    this.backups = new BackupFetch(servers, disk, ground.repository(), policy);
    this.donors = new DonorFetch(servers, disk, policy);
    this.clock = ground.clock();
    this.policy = policy;
    this.fetches = new Semaphore(policy.restoresMax(), true);
  }

  @Override
  public Result<Outcome> perform(Action action, Job job, JobControl<SeedingAssigned> control)
      throws InterruptedException {
    Outcome outcome = taken(action, job, control);
    boolean mustSucceed =
        action == Action.UNFENCE || action == Action.ABANDON || action == Action.ERASE;
    return mustSucceed && outcome instanceof Outcome.Failed failed
        ? new Result.Again<>(failed.failure().code(), failed.failure().message())
        : new Result.Done<>(outcome);
  }

  /** Deletions are short, and run to their end. */
  @Override
  public boolean isInterruptible(Action action) {
    return isMaking(action);
  }

  @Override
  public Optional<SeedingStage> stage(Action action) {
    return isMaking(action) ? Optional.of(SeedingStage.RESTORE) : Optional.empty();
  }

  private static boolean isMaking(Action action) {
    return action == Action.FETCH || action == Action.START || action == Action.VERIFY;
  }

  private Outcome taken(Action action, Job job, JobControl<SeedingAssigned> control)
      throws InterruptedException {
    try {
      return switch (action) {
        case FETCH -> new Outcome.Fetched(fetch(job, control));
        case START -> start(job, control);
        case VERIFY -> new Outcome.Verified(verify(job, control));
        case UNFENCE -> unfence(job);
        case ABANDON -> abandon(job);
        case ERASE -> erase(job);
        case REST, ADMIT, ANNOUNCE, CANCEL, FORGET ->
            throw new IllegalArgumentException(action + " is the agent's own");
      };
    } catch (RuntimeException thrown) {
      return failed(action, job, control, thrown);
    } catch (LinkageError | AssertionError | StackOverflowError | OutOfMemoryError thrown) {
      return failed(action, job, control, new IllegalStateException(thrown.toString(), thrown));
    } finally {
      disk.release(job.id());
    }
  }

  private Outcome failed(
      Action action, Job job, JobControl<SeedingAssigned> control, RuntimeException thrown)
      throws InterruptedException {
    if (control.cancelled()) {
      throw cancelled(job, thrown);
    }
    Failure failure = Failures.of(blamed(thrown, job), job, disk.directory());
    if (failure.failureClass() == FailureClass.BUG) {
      LOG.error("step failed seeding={} action={}", job.id(), action, thrown);
    }
    return new Outcome.Failed(failure);
  }

  private static InterruptedException cancelled(Job job, RuntimeException thrown) {
    InterruptedException cancelled = new InterruptedException("cancelled: " + job.id());
    cancelled.initCause(thrown);
    return cancelled;
  }

  boolean isRunning(JobId job) {
    return servers.isRunning(job);
  }

  /** Why a mysqld that ran does not run any longer. */
  Failure causeOfDeath(Job job) {
    return servers
        .find(job.id())
        .flatMap(LocalServer::causeOfDeath)
        .map(death -> Failures.of(death, job, disk.directory()))
        .orElseGet(
            () ->
                Failure.of(
                    FailureCode.SERVER_DIED,
                    "The restored server's mysqld does not run any longer, and nobody asked it to"
                        + " stop.",
                    "Look for the reason in the host's kernel log (out of memory?) and in mysqld's"
                        + " error log, which the agent's log quotes. Another attempt follows."));
  }

  /** A server that is being checked may die of its files before it has answered. */
  private RuntimeException blamed(RuntimeException thrown, Job job) {
    if (!(thrown instanceof MysqlException) || !(job.state() instanceof Verifying)) {
      return thrown;
    }
    return servers
        .find(job.id())
        .flatMap(LocalServer::causeOfDeath)
        .<RuntimeException>map(death -> death)
        .orElse(thrown);
  }

  private Copy fetch(Job job, JobControl<SeedingAssigned> control) throws InterruptedException {
    if (!(job.state() instanceof Fetching fetching)) {
      throw new IllegalStateException("nothing to fetch in state " + job.state());
    }
    control.note("waits for another restore on this host");
    fetches.acquire();
    try {
      control.note(null);
      return switch (job.origin()) {
        case SeedingOrigin.Backup backup ->
            backups.run(job, fetching.slot(), backup.backup(), files.folder(job.id()), control);
        case SeedingOrigin.Donor donor -> donors.run(job, fetching.slot(), donor.donor(), control);
      };
    } finally {
      fetches.release();
    }
  }

  private Outcome start(Job job, JobControl<SeedingAssigned> control) {
    control.note("mysqld starts");
    LocalServer server = servers.require(job.id());
    try {
      server.start(policy.startTimeout());
    } catch (MysqlException e) {
      if (e.code() == FailureCode.SERVER_START_FAILED && !places.isFree(server.address().port())) {
        throw portTaken(server);
      }
      throw e;
    }
    return new Outcome.Started();
  }

  private static FailureException portTaken(LocalServer server) {
    return new FailureException(
        FailureCode.PORT_TAKEN,
        "Somebody took " + server.address() + " between its choice and mysqld's start.",
        "Keep the range reseed.host.port-first to port-last to this service; another attempt"
            + " follows.");
  }

  private Proof verify(Job job, JobControl<SeedingAssigned> control) {
    if (!(job.state() instanceof Verifying verifying)) {
      throw new IllegalStateException("nothing to verify in state " + job.state());
    }
    control.note("the server is checked");
    LocalServer server = servers.require(job.id());
    server.start(policy.startTimeout()); // does nothing unless this host was restarted meanwhile
    // its accounts are of the time of its files
    Admission.admit(server, servers.cluster(job.shard()).agent(), policy.startTimeout());
    try (MysqlSession session = servers.openAsAgent(server, job.shard())) {
      requireFence(session, job);
      Replication.detach(session); // a copy of a replica brings that one's replication metadata
      GtidSet executed = session.gtidExecuted();
      requireGtidSet(verifying.copy().gtidSet(), executed, job);
      return new Proof(
          session.serverUuid(),
          executed.toString(),
          Math.max(0, clock.millis() - job.acceptedAtMillis()));
    }
  }

  private static void requireFence(MysqlSession session, Job job) {
    if (!session.queryValue("SELECT @@global.super_read_only").orElse("0").equals("1")) {
      throw new FailureException(
          FailureCode.SERVER_NOT_FENCED,
          "The server of " + job.id() + " started without super_read_only.",
          "Report it with the server's my.cnf and mysqld-auto.cnf.");
    }
  }

  private static void requireGtidSet(@Nullable String expected, GtidSet executed, Job job) {
    if (expected == null) {
      return; // a clone: its donor's set at a moment that only CLONE knows
    }
    GtidSet manifest = GtidSet.parse(expected);
    if (!manifest.equals(executed)) {
      throw new FailureException(
          FailureCode.GTID_MISMATCH,
          "The server restored from backup %s lacks '%.800s' of the manifest's GTID set and has '%.800s' beyond it."
              .formatted(job.backup(), manifest.subtract(executed), executed.subtract(manifest)),
          "The backup's files and its manifest do not belong together: another one is tried.");
    }
  }

  private Outcome unfence(Job job) {
    try (MysqlSession session = servers.openAsAgent(servers.require(job.id()), job.shard())) {
      Replication.beginServing(session);
    }
    return new Outcome.FenceLifted();
  }

  private Outcome abandon(Job job) {
    for (String line : servers.errorLogTail(job.id())) {
      LOG.warn("abandoned server said seeding={} line={}", job.id(), ForeignText.shown(line));
    }
    servers.destroy(job.id());
    return new Outcome.Undone();
  }

  private Outcome erase(Job job) {
    servers.destroy(job.id());
    return new Outcome.Undone();
  }
}
