package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.junit.jupiter.api.Test;

class WakeUpTest {
  private static final Instant START = Instant.ofEpochMilli(1_000_000);

  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private final List<Instant> calls = new ArrayList<>();
  private final WakeUp wakeUp = new WakeUp(context, () -> calls.add(now()));

  WakeUpTest() {
    context.setCurrentSystemTimeMs(START.toEpochMilli());
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }

  private List<CapturedPunctuator> planned() {
    return context.scheduledPunctuators().stream().filter(one -> !one.cancelled()).toList();
  }

  /** Lets the only plan's time come. */
  private Duration fire() {
    assertThat(planned()).hasSize(1);
    CapturedPunctuator next = planned().getFirst();
    context.setCurrentSystemTimeMs(now().plus(next.getInterval()).toEpochMilli());
    next.getPunctuator().punctuate(context.currentSystemTimeMs());
    return next.getInterval();
  }

  @Test
  void whoWaitsForNothingIsNotCalled() {
    wakeUp.plan(Instant.MAX, false);

    assertThat(planned()).isEmpty();
  }

  @Test
  void aTimerIsWaitedForAtOnceAndCalledOnce() {
    wakeUp.plan(START.plusSeconds(30), false);
    wakeUp.plan(START.plusSeconds(30), false);

    assertThat(fire()).isEqualTo(Duration.ofSeconds(30));
    assertThat(calls).containsExactly(START.plusSeconds(30));
    assertThat(planned()).isEmpty();
  }

  @Test
  void anEarlierTimerTakesTheLatersPlaceAndIsNotPutOffByALaterOne() {
    wakeUp.plan(START.plusSeconds(30), false);
    wakeUp.plan(START.plusSeconds(10), false);
    wakeUp.plan(START.plusSeconds(20), false);

    assertThat(fire()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void anOverdueTimerIsNotPutOffByRecords() {
    wakeUp.plan(START.plusSeconds(1), false);
    context.setCurrentSystemTimeMs(START.plusSeconds(5).toEpochMilli());
    CapturedPunctuator overdue = planned().getFirst();

    wakeUp.plan(START.plusSeconds(1), true);

    assertThat(planned()).containsExactly(overdue);
  }

  @Test
  void answersAreLookedForLessAndLessOftenUntilMoreIsBegun() {
    List<Long> pausesMillis = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      wakeUp.plan(Instant.MAX, true);
      pausesMillis.add(fire().toMillis());
    }
    assertThat(pausesMillis).containsExactly(50L, 100L, 200L, 400L, 400L, 400L);

    wakeUp.expectSoon();
    wakeUp.plan(Instant.MAX, true);

    assertThat(fire()).isEqualTo(WakeUp.SOON);
  }

  @Test
  void aTimerIsNotDelayedByALookForAnswers() {
    wakeUp.expectSoon();
    wakeUp.plan(Instant.MAX, true);
    fire();
    wakeUp.plan(now().plusMillis(60), true);

    assertThat(fire()).isEqualTo(Duration.ofMillis(60));
  }
}
