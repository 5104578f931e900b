package io.reseed.restore;

import io.reseed.restore.Decision.Action;
import io.reseed.restore.Observation.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One job as the agent holds it in memory: its durable state, and the action under way. */
final class HeldJob {
  private Job job;
  private @Nullable Step step;
  private boolean announced;
  private boolean resting;
  private long restUntilNanos;
  private @Nullable Long goneSinceNanos;

  /** An action under way, or just ended. */
  static final class Step {
    private final Action action;
    private final JobControl control = new JobControl();
    private volatile @Nullable Thread thread;
    private volatile @Nullable Outcome outcome;

    Step(Action action) {
      this.action = action;
    }

    Action action() {
      return action;
    }

    JobControl control() {
      return control;
    }

    /** What came of it; null while it is under way. */
    @Nullable Outcome outcome() {
      return outcome;
    }

    void end(Outcome came) {
      outcome = came;
    }

    void runsOn(Thread runner) {
      thread = runner;
    }

    /** Waits until it ended, or the time is up. */
    void awaitEnd(long deadlineNanos) throws InterruptedException {
      Thread runner = thread;
      if (runner != null) {
        runner.join(Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())));
      }
    }

    /** Tells it to stop. Deletions are not interrupted: they are short, and run to their end. */
    void cancel() {
      if (control.cancelled()) {
        return;
      }
      control.cancel();
      Thread runner = thread;
      boolean interruptible =
          action == Action.FETCH || action == Action.START || action == Action.VERIFY;
      if (interruptible && runner != null) {
        runner.interrupt();
      }
    }
  }

  HeldJob(Job job) {
    this.job = job;
  }

  Job job() {
    return job;
  }

  /** The job's state changed and is durable already. */
  void became(Job next) {
    job = next;
    announced = false;
    goneSinceNanos = null;
  }

  boolean announced() {
    return announced;
  }

  void markAnnounced() {
    announced = true;
  }

  /** The action under way. */
  @Nullable Step step() {
    return step;
  }

  void begin(Step begun) {
    step = begun;
  }

  /** Takes the outcome of an ended action, once. */
  @Nullable Outcome takeOutcome() {
    Step current = step;
    Outcome outcome = current == null ? null : current.outcome();
    if (outcome != null) {
      step = null;
    }
    return outcome;
  }

  void rest(Duration pause) {
    resting = true;
    restUntilNanos = System.nanoTime() + pause.toNanos();
  }

  /** An action is under way, or must wait before it is tried again. */
  boolean busy() {
    if (resting && System.nanoTime() - restUntilNanos >= 0) {
      resting = false;
    }
    return step != null || resting;
  }

  /** Notes whether mysqld runs; true once it has been gone for longer than the grace. */
  boolean goneFor(boolean running, Duration grace) {
    if (running) {
      goneSinceNanos = null;
      return false;
    }
    long now = System.nanoTime();
    Long since = goneSinceNanos;
    if (since == null) {
      goneSinceNanos = now;
      return false;
    }
    return now - since >= grace.toNanos();
  }
}
