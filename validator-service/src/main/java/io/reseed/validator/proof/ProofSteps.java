package io.reseed.validator.proof;

import io.reseed.agent.JobControl;
import io.reseed.agent.Steps;
import io.reseed.events.ProofAssigned;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.Failure;
import io.reseed.validator.failure.Failures;
import io.reseed.validator.proof.ProofJob.Open;
import io.reseed.validator.proof.ProofJob.State;
import io.reseed.validator.proof.ProofStep.Outcome;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the steps of proofs on this host's servers; a bounded number at one time. */
final class ProofSteps implements Steps<ProofAssigned, ProofJob, ProofStep, Outcome> {
  private static final Logger LOG = LoggerFactory.getLogger(ProofSteps.class);

  private final ProofHost host;
  private final ProofWork.Means means;
  private final ReadBackFolders readBacks;
  private final Semaphore turns;

  ProofSteps(ProofHost host, ProofWork.Means means, ReadBackFolders readBacks) {
    this.host = host;
    this.means = means;
    this.readBacks = readBacks;
    this.turns = new Semaphore(host.bounds().snapshotsMax(), true);
  }

  @Override
  public Result<Outcome> perform(ProofStep step, ProofJob job, JobControl<ProofAssigned> control)
      throws InterruptedException {
    return switch (step) {
      case CLEAR -> clear(job);
      case CHECK -> taken(step, job, control); // bounded by the host's slots
      case NOTE, COMMIT, READ_BACK -> {
        control.note("waits for its turn");
        turns.acquire();
        try {
          control.note(null);
          yield taken(step, job, control);
        } finally {
          turns.release();
        }
      }
    };
  }

  private Result<Outcome> clear(ProofJob job) {
    return readBacks.remove(readBacks.server(job.id()))
        ? new Result.Done<>(new Outcome.Cleared())
        : new Result.Again<>("READ_BACK_LEFT", "the server read back is not removed yet");
  }

  private Result<Outcome> taken(ProofStep step, ProofJob job, JobControl<ProofAssigned> control)
      throws InterruptedException {
    ProofWork work = new ProofWork(host, means, new ProofControl(step.goal(), control));
    if (!(job.state() instanceof Open open)) {
      throw new IllegalStateException("nothing to do in state " + job.stateName());
    }
    State next;
    try {
      next = reached(open, job, work);
    } catch (RuntimeException e) {
      next = open.failed(step.goal().stage(), failure(e, step, job, control));
    } catch (LinkageError | AssertionError | StackOverflowError | OutOfMemoryError e) {
      RuntimeException thrown = new IllegalStateException(e.toString(), e);
      next = open.failed(step.goal().stage(), failure(thrown, step, job, control));
    }
    return new Result.Done<>(new Outcome.Reached(next));
  }

  private static State reached(Open state, ProofJob job, ProofWork work)
      throws InterruptedException {
    return switch (state) {
      case ProofJob.Begun begun -> begun.checked(new CheckStep(work).run(work.server(job)));
      case ProofJob.Checked checked -> {
        Instant begun = work.now();
        yield checked.noted(begun, new SnapshotStep(work).note(work.server(job)));
      }
      case ProofJob.Noted noted ->
          noted.committed(new SnapshotStep(work).commit(job, noted, work.server(job)));
      case ProofJob.Committed committed ->
          committed.readBack(new ReadBackStep(work).run(job, work.server(job)));
    };
  }

  /** An interrupt makes much of what goes on fail: that is no failure of the proof. */
  private Failure failure(
      RuntimeException thrown, ProofStep step, ProofJob job, JobControl<ProofAssigned> control)
      throws InterruptedException {
    if (control.cancelled() || Thread.interrupted()) {
      throw new InterruptedException("proof of " + job.id() + " cancelled: " + thrown);
    }
    LOG.warn("proof failed job={} step={} backup={}", job.id(), step, job.backup(), thrown);
    return Failures.of(thrown, "The " + step.goal().stage() + " of " + job.id(), host.directory());
  }

  @Override
  public boolean isInterruptible(ProofStep step) {
    return step != ProofStep.CLEAR;
  }

  @Override
  public Optional<SeedingStage> stage(ProofStep step) {
    return step == ProofStep.CLEAR ? Optional.empty() : Optional.of(step.goal().stage());
  }

  @Override
  public ProofJob notWritten(ProofJob next, UncheckedIOException thrown) {
    return ProofMachine.notWritten(
        next, Failures.of(thrown, "Remembering the proof of " + next.id(), host.directory()));
  }
}
