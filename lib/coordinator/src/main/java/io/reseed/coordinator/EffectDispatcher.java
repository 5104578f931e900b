package io.reseed.coordinator;

import io.reseed.coordinator.EffectFailure.Cause;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs effects on virtual threads, each when it is its turn in its {@link Lane}, and puts one
 * answer for each that is not given up into a mailbox. Thread-safe.
 */
final class EffectDispatcher<I, F> implements AutoCloseable {
  /** A look that answers takes a moment; what takes longer waits for somebody who is silent. */
  private static final Duration LINGERS_AFTER = Duration.ofMillis(500);

  private static final Logger LOG = LoggerFactory.getLogger(EffectDispatcher.class);

  private final EffectRunner<F, I> runner;
  private final Counters counters;
  private final int workMax;
  private final ScheduledThreadPoolExecutor deadlines;

  /** Guards all that follows, and what runs know of themselves. */
  private final Object lock = new Object();

  private final EffectLanes<Run> lanes;
  private final Map<About<I>, Run> unanswered = new HashMap<>();
  private int pending;
  private int workPending;

  EffectDispatcher(EffectRunner<F, I> runner, RuntimeConfig.Limits limits, Counters counters) {
    this.runner = runner;
    this.counters = counters;
    this.workMax = limits.effectsPendingMax();
    this.lanes = new EffectLanes<>(limits);
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("effect-deadlines").daemon().factory());
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /** Effects that wait, run, or are done and not taken up yet. */
  int pending() {
    synchronized (lock) {
      return pending;
    }
  }

  /**
   * Whether so many effects are pending that no more should be asked for; those that have a subject
   * are bounded by the shards, and do not count.
   */
  boolean isCrowded() {
    synchronized (lock) {
      return workPending >= workMax;
    }
  }

  /**
   * Whom an effect may be in the way of.
   *
   * @param subject absent: of none
   */
  private record About<I>(Mailbox<I> mailbox, String shard, @Nullable String subject) {
    boolean hasSubject() {
      return subject != null;
    }
  }

  /** Takes an effect for a shard of the mailbox's task; does nothing when the task is gone. */
  void start(Mailbox<I> mailbox, String shard, F effect) {
    Lane lane = runner.lane(effect);
    About<I> about = new About<>(mailbox, shard, runner.subject(effect).orElse(null));
    synchronized (lock) {
      if (mailbox.isClosed() || (about.hasSubject() && isTakenOver(about, effect, lane))) {
        return;
      }
      Run run = new Run(about, effect);
      mailbox.track(run);
      count(run, 1);
      if (about.hasSubject()) {
        unanswered.put(about, run);
      }
      lanes.queue(run, lane);
    }
    begin();
  }

  /** Whether one about the same subject takes the effect's part; one that cannot ends. */
  private boolean isTakenOver(About<I> about, F effect, Lane lane) {
    Run earlier = unanswered.get(about);
    if (earlier == null) {
      return false;
    }
    if (earlier.isBegun) {
      if (runner.serves(earlier.effect, effect)) {
        return true;
      }
      earlier.abandon();
      return false;
    }
    earlier.effect = effect;
    lanes.queue(earlier, lane);
    return true;
  }

  private void count(Run run, int change) {
    pending += change;
    if (!run.about.hasSubject()) {
      workPending += change;
    }
  }

  private void begin() {
    List<Run> begun;
    synchronized (lock) {
      begun = lanes.begin();
      begun.forEach(run -> run.isBegun = true);
    }
    counters.effectsStarted.add(begun.size());
    begun.forEach(run -> run.thread.start());
  }

  /** Takes what waits in a mailbox. */
  List<Mailbox.Letter<I>> collect(Mailbox<I> mailbox) {
    synchronized (lock) {
      List<Mailbox.Letter<I>> letters = mailbox.drain();
      letters.forEach(this::uncount);
      return letters;
    }
  }

  private void uncount(Mailbox.Letter<I> letter) {
    pending--;
    if (letter.subject() == null) {
      workPending--;
    }
  }

  /** Ends what has a subject and is under way for a shard, and drops what it answered. */
  void forget(Mailbox<I> mailbox, String shard) {
    synchronized (lock) {
      unanswered.entrySet().stream()
          .filter(entry -> entry.getKey().mailbox() == mailbox)
          .filter(entry -> entry.getKey().shard().equals(shard))
          .map(Map.Entry::getValue)
          .toList()
          .forEach(Run::abandon);
      mailbox.dropAnswersAbout(shard).forEach(this::uncount);
    }
  }

  /** Interrupts what runs for a task that is gone, and drops what it answered. */
  void abandon(Mailbox<I> mailbox) {
    synchronized (lock) {
      mailbox.close().forEach(Flight::abandon);
      collect(mailbox);
    }
  }

  @Override
  public void close() {
    deadlines.shutdownNow();
  }

  /** An effect on its way. */
  sealed interface Flight {
    /** It does not begin, or is interrupted; nobody wants its answer. */
    void abandon();
  }

  private final class Run implements Flight {
    private final Mailbox<I> mailbox;
    private final String shard;
    private final About<I> about;
    private final Thread thread;
    private F effect;
    private boolean isBegun;
    private boolean isOver;

    Run(About<I> about, F effect) {
      this.mailbox = about.mailbox();
      this.shard = about.shard();
      this.about = about;
      this.effect = effect;
      this.thread = Thread.ofVirtual().name("effect " + shard).unstarted(this::fly);
    }

    private void fly() {
      try {
        if (!isOver()) {
          runWithinLimit();
        }
      } finally {
        synchronized (lock) {
          lanes.end(this);
          mailbox.untrack(this);
        }
        begin();
      }
    }

    private boolean isOver() {
      synchronized (lock) {
        return isOver;
      }
    }

    private void runWithinLimit() {
      try {
        Duration limit = runner.timeLimit(effect);
        ScheduledFuture<?> deadline = after(limit, () -> timeOut(limit));
        ScheduledFuture<?> linger = after(LINGERS_AFTER, this::linger);
        try {
          answer(runner.run(shard, effect));
        } finally {
          deadline.cancel(false);
          linger.cancel(false);
        }
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        if (!isOver()) {
          LOG.info("effect failed shard={} effect={}", shard, effect.getClass().getSimpleName(), e);
        }
        fail(new EffectFailure(Cause.THREW, e.toString()));
      }
    }

    private ScheduledFuture<?> after(Duration time, Runnable action) {
      return deadlines.schedule(action, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void linger() {
      synchronized (lock) {
        lanes.linger(this);
      }
      begin();
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
      if (isOver()) {
        return;
      }
      counters.effectsFailed.increment();
      try {
        answer(runner.failed(shard, effect, failure));
      } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
        counters.bugs.increment();
        LOG.error("effect's failure is not told shard={} failure={}", shard, failure, e);
        abandon();
      }
    }

    private void answer(I input) {
      synchronized (lock) {
        if (end()) {
          String subject = about.subject();
          mailbox.put(new Mailbox.Letter<>(shard, input, subject));
        }
      }
    }

    /** False when it is over already. */
    private boolean end() {
      if (isOver) {
        return false;
      }
      isOver = true;
      unanswered.remove(about, this);
      return true;
    }

    @Override
    public void abandon() {
      synchronized (lock) {
        if (!end()) {
          return;
        }
        count(this, -1);
        counters.effectsCancelled.increment();
        if (lanes.leave(this)) {
          mailbox.untrack(this);
        } else {
          thread.interrupt();
        }
      }
    }
  }
}
