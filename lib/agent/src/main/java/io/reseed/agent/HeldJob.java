package io.reseed.agent;

import io.reseed.events.Assignment;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One job as the loop holds it in memory: its durable state, and what is under way for it. */
final class HeldJob<A extends Assignment, J extends HostJob, S, R> {
  private final boolean isDurable;
  private J job;
  private @Nullable Task<A, S, R> task;
  private boolean reported;
  private boolean resting;
  private long restUntilNanos;

  /** How a task ended. */
  sealed interface End<R> {
    /** A step was taken. */
    record Stepped<R>(R outcome) implements End<R> {}

    /** Kafka has the report. */
    record Reported<R>() implements End<R> {}

    /** It was cancelled, or has to be done again for another reason. */
    record Nothing<R>(boolean restFirst) implements End<R> {}
  }

  /** A step or a report under way, or just ended. */
  static final class Task<A extends Assignment, S, R> {
    private final Optional<S> step;
    private final boolean interruptible;
    private final JobControl<A> control;
    private volatile @Nullable Thread thread;
    private volatile @Nullable End<R> end;

    Task(Optional<S> step, boolean interruptible, JobControl<A> control) {
      this.step = step;
      this.interruptible = interruptible;
      this.control = control;
    }

    /** The step; empty for a report. */
    Optional<S> step() {
      return step;
    }

    JobControl<A> control() {
      return control;
    }

    boolean isUnderWay() {
      return end == null;
    }

    void end(End<R> came) {
      end = came;
    }

    void runsOn(Thread runner) {
      thread = runner;
    }

    /** Waits until it ended, or the time is up. */
    void awaitEnd(long deadlineNanos) throws InterruptedException {
      Thread runner = thread;
      if (runner != null) {
        runner.join(Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
      }
    }

    void cancel() {
      if (control.cancelled()) {
        return;
      }
      control.cancel();
      Thread runner = thread;
      if (interruptible && runner != null) {
        runner.interrupt();
      }
    }
  }

  /**
   * Holds a job.
   *
   * @param isDurable whether its file is ours to write
   */
  HeldJob(J job, boolean isDurable) {
    this.job = job;
    this.isDurable = isDurable;
  }

  boolean isDurable() {
    return isDurable;
  }

  J job() {
    return job;
  }

  /** The job's state changed and is durable already. */
  void became(J next) {
    job = next;
    reported = false;
  }

  boolean reported() {
    return reported;
  }

  @Nullable Task<A, S, R> task() {
    return task;
  }

  void begin(Task<A, S, R> begun) {
    task = begun;
  }

  /** What an ended step brought, once. */
  Optional<R> takeOutcome(Duration pause) {
    Task<A, S, R> current = task;
    End<R> end = current == null ? null : current.end;
    if (end == null) {
      return Optional.empty();
    }
    task = null;
    return switch (end) {
      case End.Stepped<R> stepped -> Optional.of(stepped.outcome());
      case End.Reported<R> _ -> {
        reported = true;
        yield Optional.empty();
      }
      case End.Nothing<R> nothing -> {
        if (nothing.restFirst()) {
          rest(pause);
        }
        yield Optional.empty();
      }
    };
  }

  void rest(Duration pause) {
    resting = true;
    restUntilNanos = System.nanoTime() + pause.toNanos();
  }

  /** Something is under way, or must wait before it is tried again. */
  boolean busy() {
    if (resting && System.nanoTime() - restUntilNanos >= 0) {
      resting = false;
    }
    return task != null || resting;
  }

  void cancel() {
    Task<A, S, R> current = task;
    if (current != null) {
      current.cancel();
    }
  }

  void awaitEnd(long deadlineNanos) throws InterruptedException {
    Task<A, S, R> current = task;
    if (current != null) {
      current.awaitEnd(deadlineNanos);
    }
  }
}
