package io.reseed.coordinator;

import io.reseed.coordinator.EffectFailure.Cause;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs effects on virtual threads and puts exactly one answer for each into a mailbox. */
final class EffectDispatcher<I, F> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EffectDispatcher.class);

  private final EffectRunner<F, I> runner;
  private final Counters counters;
  private final int pendingMax;
  private final Semaphore running;
  private final AtomicInteger pending = new AtomicInteger();
  private final ScheduledThreadPoolExecutor deadlines;

  EffectDispatcher(EffectRunner<F, I> runner, RuntimeConfig.Limits limits, Counters counters) {
    this.runner = runner;
    this.counters = counters;
    this.pendingMax = limits.effectsPendingMax();
    this.running = new Semaphore(limits.effectsRunningMax(), true);
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("effect-deadlines").daemon().factory());
    deadlines.setRemoveOnCancelPolicy(true);
  }

  int pending() {
    return pending.get();
  }

  /** Starts an effect for a shard of the mailbox's task; does nothing when the task is gone. */
  void start(Mailbox<I> mailbox, String shard, F effect) {
    if (mailbox.isClosed()) {
      return;
    }
    if (pending.incrementAndGet() > pendingMax) {
      pending.decrementAndGet();
      String message = "%d other effects are pending on this instance".formatted(pendingMax);
      failure(shard, effect, new EffectFailure(Cause.OVERLOADED, message))
          .ifPresent(answer -> mailbox.put(new Mailbox.Letter<>(shard, answer, false)));
      return;
    }
    Run run = new Run(mailbox, shard, effect);
    if (mailbox.track(run)) {
      counters.effectsStarted.increment();
      run.thread.start();
    } else {
      run.abandon();
    }
  }

  /** What to tell the machine about a failure; empty, and logged, when that threw. */
  private Optional<I> failure(String shard, F effect, EffectFailure failure) {
    counters.effectsFailed.increment();
    try {
      return Optional.of(runner.failed(shard, effect, failure));
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      counters.bugs.increment();
      LOG.error("effect's failure is not told shard={} failure={}", shard, failure, e);
      return Optional.empty();
    }
  }

  /** Takes what waits in a mailbox. */
  List<Mailbox.Letter<I>> collect(Mailbox<I> mailbox) {
    List<Mailbox.Letter<I>> letters = mailbox.drain();
    letters.stream().filter(Mailbox.Letter::counted).forEach(_ -> pending.decrementAndGet());
    return letters;
  }

  /** Interrupts what runs for a task that is gone, and drops what it answered. */
  void abandon(Mailbox<I> mailbox) {
    mailbox.close().forEach(Flight::abandon);
    collect(mailbox);
  }

  @Override
  public void close() {
    deadlines.shutdownNow();
  }

  /** An effect on its way. */
  sealed interface Flight {
    /** Interrupts it; nobody wants its answer. */
    void abandon();
  }

  private final class Run implements Flight {
    private final Mailbox<I> mailbox;
    private final String shard;
    private final F effect;
    private final Thread thread;
    private final AtomicBoolean answered = new AtomicBoolean();

    Run(Mailbox<I> mailbox, String shard, F effect) {
      this.mailbox = mailbox;
      this.shard = shard;
      this.effect = effect;
      this.thread = Thread.ofVirtual().name("effect " + shard).unstarted(this::fly);
    }

    private void fly() {
      try {
        running.acquire();
      } catch (InterruptedException e) {
        mailbox.untrack(this); // only abandon() interrupts before the deadline is set
        return;
      }
      try {
        runWithinLimit();
      } finally {
        running.release();
        mailbox.untrack(this);
      }
    }

    private void runWithinLimit() {
      try {
        Duration limit = runner.timeLimit(effect);
        var deadline =
            deadlines.schedule(() -> timeOut(limit), limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
          answer(runner.run(shard, effect));
        } finally {
          deadline.cancel(false);
        }
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        if (!answered.get()) {
          LOG.info("effect failed shard={} effect={}", shard, effect.getClass().getSimpleName(), e);
        }
        fail(new EffectFailure(Cause.THREW, e.toString()));
      }
    }

    private void timeOut(Duration limit) {
      LOG.info(
          "effect timed out shard={} effect={} limitMillis={}",
          shard,
          effect.getClass().getSimpleName(),
          limit.toMillis());
      fail(new EffectFailure(Cause.TIMED_OUT, "no result within " + limit));
      thread.interrupt();
    }

    private void fail(EffectFailure failure) {
      if (answered.get()) {
        return;
      }
      failure(shard, effect, failure).ifPresentOrElse(this::answer, this::abandon);
    }

    private void answer(I input) {
      if (!answered.compareAndSet(false, true)) {
        return;
      }
      mailbox.put(new Mailbox.Letter<>(shard, input, true));
      if (mailbox.isClosed()) {
        collect(mailbox);
      }
    }

    @Override
    public void abandon() {
      if (answered.compareAndSet(false, true)) {
        pending.decrementAndGet();
      }
      thread.interrupt();
    }
  }
}
