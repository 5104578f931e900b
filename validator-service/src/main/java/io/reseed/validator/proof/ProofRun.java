package io.reseed.validator.proof;

import io.reseed.fleet.BackupId;
import io.reseed.fleet.Failure;
import io.reseed.validator.failure.Failures;
import io.reseed.validator.proof.ProofJob.Begun;
import io.reseed.validator.proof.ProofJob.Checked;
import io.reseed.validator.proof.ProofJob.Committed;
import io.reseed.validator.proof.ProofJob.Failed;
import io.reseed.validator.proof.ProofJob.Noted;
import io.reseed.validator.proof.ProofJob.Open;
import io.reseed.validator.proof.ProofJob.ReadBack;
import io.reseed.validator.proof.ProofJob.State;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one attempt's job up to the state that one goal asks for; goes on from what its job file
 * says. For one thread.
 */
final class ProofRun {
  private static final Logger LOG = LoggerFactory.getLogger(ProofRun.class);

  private final ProofWork work;
  private final ProofGoal goal;

  ProofRun(ProofWork work) {
    this.work = work;
    this.goal = work.control().goal();
  }

  /**
   * Goes on until the goal is reached or the job failed. That is durable, unless the job file could
   * not be written: then the next start does the last step again.
   *
   * @throws InterruptedException when it was cancelled; it can be gone on with later
   */
  ProofJob run(ProofJob.Attempt id) throws InterruptedException {
    ProofJob job = begun(id);
    while (job.state() instanceof Open open && !goal.isReached(open)) {
      State next;
      try {
        next = step(job, open);
      } catch (RuntimeException e) {
        next = open.failed(goal.stage(), failure(e, job));
      }
      job = written(job.with(next));
    }
    return job;
  }

  private ProofJob begun(ProofJob.Attempt id) throws InterruptedException {
    String backup = BackupId.create(work.now(), work.means().random()).text();
    ProofJob fresh = new ProofJob(id, backup, work.now(), new Begun());
    try {
      Optional<ProofJob> earlier = work.means().jobs().read(id);
      return earlier.isPresent() ? earlier.get() : written(fresh);
    } catch (RuntimeException e) {
      // the file stays as it is, for whoever looks into it
      return fresh.with(new Failed(goal.stage(), failure(e, fresh)));
    }
  }

  /** A state that cannot be remembered is worth nothing, unless it is what came of the job. */
  private ProofJob written(ProofJob job) throws InterruptedException {
    ProofJob outcome = job;
    try {
      work.means().jobs().write(job);
    } catch (UncheckedIOException e) {
      requireNotCancelled(job, e);
      LOG.error("job file not written seeding={} attempt={}", name(job), attempt(job), e);
      outcome =
          switch (job.state()) {
            case Begun begun -> job.with(begun.failed(goal.stage(), forgotten(job, e)));
            case Checked checked -> job.with(checked.failed(goal.stage(), forgotten(job, e)));
            case Noted noted -> job.with(noted.failed(goal.stage(), forgotten(job, e)));
            case Committed _, ReadBack _, Failed _ -> job;
          };
    }
    LOG.info(
        "proof changed shard={} seeding={} attempt={} backup={} state={}",
        work.control().assignment().shard(),
        name(job),
        attempt(job),
        job.backup(),
        outcome.state().getClass().getSimpleName());
    return outcome;
  }

  private Failure forgotten(ProofJob job, UncheckedIOException thrown) {
    return Failures.of(thrown, "Remembering the proof of " + job.id(), work.host().directory());
  }

  private Failure failure(RuntimeException thrown, ProofJob job) throws InterruptedException {
    requireNotCancelled(job, thrown);
    LOG.warn("proof failed seeding={} backup={}", name(job), job.backup(), thrown);
    return Failures.of(thrown, "The " + goal.stage() + " of " + job.id(), work.host().directory());
  }

  /** An interrupt makes much of what goes on fail, also the writing of a file. */
  private void requireNotCancelled(ProofJob job, RuntimeException thrown)
      throws InterruptedException {
    if (work.control().cancelled() || Thread.interrupted()) {
      throw new InterruptedException("proof of " + job.id() + " cancelled: " + thrown);
    }
  }

  private State step(ProofJob job, Open state) throws InterruptedException {
    return switch (state) {
      case Begun begun -> {
        requireGoal(ProofGoal.CHECK, job);
        yield begun.checked(new CheckStep(work).run(work.server(job)));
      }
      case Checked checked -> {
        requireGoal(ProofGoal.SNAPSHOT, job);
        Instant begun = work.now();
        yield checked.noted(begun, new SnapshotStep(work).note(work.server(job)));
      }
      case Noted noted -> {
        requireGoal(ProofGoal.SNAPSHOT, job);
        yield noted.committed(new SnapshotStep(work).commit(job, noted, work.server(job)));
      }
      case Committed committed -> {
        requireGoal(ProofGoal.READ_BACK, job);
        yield committed.readBack(new ReadBackStep(work).run(job, work.server(job)));
      }
    };
  }

  /** A wish goes on only after the report before was read: else the job file was lost since. */
  private void requireGoal(ProofGoal needed, ProofJob job) {
    if (goal != needed) {
      throw ProofWork.serverLost(
          "%s is wanted of %s, but this host knows nothing of its %s: its job file was lost."
              .formatted(goal.stage(), job.id(), needed.stage()));
    }
  }

  private static String name(ProofJob job) {
    return job.id().seeding();
  }

  private static int attempt(ProofJob job) {
    return job.id().attempt();
  }
}
