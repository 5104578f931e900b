package io.reseed.validator.proof;

import io.reseed.backup.catalogue.Catalogue;
import io.reseed.events.SeedingOrigin;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Observation;
import io.reseed.mysql.Probe;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.validator.failure.Failures;
import java.time.Duration;

/**
 * The last question before a commit. A backup with transactions that the primary does not have
 * could never be used. Where they come from tells who is to blame: those that the origin backup
 * itself had tell against it; those that were replayed were lost by a failover since.
 */
final class CommitQuestion {
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);

  private final ProofWork work;
  private final ProofJob job;
  private final GtidSet executed;

  CommitQuestion(ProofWork work, ProofJob job, GtidSet executed) {
    this.work = work;
    this.job = job;
    this.executed = executed;
  }

  /**
   * Asks the primary that is assigned by then, as long as it takes to answer within its patience.
   *
   * @throws FailureException when the backup must not be committed
   */
  void ask() {
    long deadline = System.nanoTime() + work.host().bounds().primaryGracePeriod().toNanos();
    while (true) {
      if (work.control().cancelled()) {
        throw new FailureException(
            FailureCode.CANCELLED, "snapshot of " + job.id() + " is not wanted", "Nothing to do.");
      }
      ServerAddress primary = work.control().assignment().primary();
      switch (Probe.observe(primary, work.accounts().observer(), PROBE_TIMEOUT)) {
        case Observation.Reachable seen -> {
          judge(primary, seen.server().gtidExecuted());
          work.control().note(null);
          return;
        }
        case Observation.Unreachable lost -> {
          if (System.nanoTime() - deadline > 0) {
            throw primaryUnreachable(lost);
          }
          work.control().note("waits for the primary: " + lost.reason());
        }
      }
      pause();
    }
  }

  private void judge(ServerAddress primary, GtidSet primaryExecuted) {
    if (primaryExecuted.contains(executed)) {
      return;
    }
    if (work.control().assignment().origin() instanceof SeedingOrigin.Backup origin) {
      GtidSet ofOrigin =
          new Catalogue(work.store())
              .manifest(work.shard(), new BackupId(origin.backup()))
              .header()
              .gtidExecuted();
      GtidSet errant = ofOrigin.subtract(primaryExecuted);
      if (!errant.isEmpty()) {
        throw errant(origin.backup(), primary, errant);
      }
    }
    throw notSubset(primary, executed.subtract(primaryExecuted));
  }

  private static FailureException errant(String backup, ServerAddress primary, GtidSet errant) {
    return new FailureException(
        FailureCode.ERRANT_TRANSACTIONS,
        "Backup %s itself has %s, which the primary %s did not execute: not committed."
            .formatted(backup, errant, primary),
        "A failover lost these transactions, or somebody wrote to a replica: no server may be"
            + " made from this backup any more.");
  }

  private FailureException notSubset(ServerAddress primary, GtidSet errant) {
    return new FailureException(
        FailureCode.BACKUP_NOT_SUBSET,
        "The server of %s executed %s, which the primary %s did not: not committed."
            .formatted(job.id(), errant, primary),
        "They came in by replay, so a failover lost them, or somebody wrote to a replica."
            + " Another attempt follows at the primary of now.");
  }

  private FailureException primaryUnreachable(Observation.Unreachable lost) {
    return new FailureException(
        FailureCode.PRIMARY_UNREACHABLE,
        "The snapshot of %s cannot be compared with the primary %s: %s"
            .formatted(job.id(), lost.address(), Failures.cut(lost.reason())),
        "Look at the primary and at the observer account. Another attempt follows.");
  }

  private void pause() {
    try {
      work.pause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          FailureCode.CANCELLED, "snapshot of " + job.id() + " interrupted", "Nothing to do.", e);
    }
  }
}
