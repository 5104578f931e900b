package io.reseed.coordinator;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * When one task's processor is called without a record. Each such call makes Kafka Streams commit a
 * transaction with the offsets of all of the thread's tasks, whether anything was done or not; so a
 * task that waits for nothing is not called at all. For the stream thread only, and within the
 * processor.
 */
final class WakeUp {
  /** How often the thread looks whether a call is due, and the soonest that one is. */
  static final Duration SOON = Duration.ofMillis(50);

  /** Looks for the answer of an effect that takes long become rarer, up to this. */
  private static final Duration PAUSE_MAX = Duration.ofMillis(400);

  private static final Duration LONGEST = Duration.ofHours(1);

  private final ProcessorContext<?, ?> context;
  private final Runnable awake;
  private Duration pause = SOON;
  private Instant at = Instant.MAX;
  private @Nullable Cancellable planned;

  /**
   * Plans nothing yet.
   *
   * @param awake called once for each plan that is not replaced before
   */
  WakeUp(ProcessorContext<?, ?> context, Runnable awake) {
    this.context = context;
    this.awake = awake;
  }

  /** Something is begun whose answer may come soon. */
  void expectSoon() {
    pause = SOON;
  }

  /**
   * Replaces the plan.
   *
   * @param alarm when the next timer fires; {@link Instant#MAX} for never
   * @param answersExpected whether to look for answers of effects meanwhile
   */
  void plan(Instant alarm, boolean answersExpected) {
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    Instant look = answersExpected ? now.plus(pause) : Instant.MAX;
    Instant next = look.isBefore(alarm) ? look : alarm;
    boolean isDue = !at.isAfter(now);
    if (planned != null && (isDue || !next.isBefore(at))) {
      return; // that call plans the one after it
    }
    cancel();
    if (answersExpected && next.equals(look)) {
      pause = pause.compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
    }
    if (next.isBefore(Instant.MAX)) {
      schedule(now, next);
    }
  }

  private void schedule(Instant now, Instant next) {
    Instant latest = now.plus(LONGEST);
    at = next.isBefore(latest) ? next : latest;
    Duration in = Duration.between(now, at);
    planned =
        context.schedule(
            in.compareTo(SOON) < 0 ? SOON : in, PunctuationType.WALL_CLOCK_TIME, _ -> fire());
  }

  private void fire() {
    cancel();
    awake.run();
  }

  private void cancel() {
    if (planned != null) {
      planned.cancel();
      planned = null;
    }
    at = Instant.MAX;
  }
}
