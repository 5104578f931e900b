package io.reseed.coordinator.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.HostStatus;
import io.reseed.kafka.FollowedTopic.Change;
import io.reseed.kafka.FollowedTopic.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The one rule by which a host counts as dead. */
class HeartbeatsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final String HOST = "host-1";

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // wraps on its way
  private final Heartbeats heartbeats = new Heartbeats(TIMEOUT, nanos::get);

  private enum Story {
    NEVER_HEARD(true, HeartbeatsTest::started),
    LONG_DEAD_WHEN_WE_STARTED(
        true,
        test -> {
          test.beat(true, Duration.ofDays(-700));
          test.started();
        }),
    DEAD_WHEN_WE_STARTED_WITH_A_CLOCK_AHEAD(
        true,
        test -> {
          test.beat(true, Duration.ofMinutes(10));
          test.started();
        }),
    ALIVE(
        false,
        test -> {
          test.started();
          test.beat(false, Duration.ZERO);
          test.pass(TIMEOUT);
        }),
    ALIVE_WITH_A_CLOCK_BEHIND(
        false,
        test -> {
          test.started();
          test.beat(false, Duration.ofMinutes(-10));
        }),
    ALIVE_WITH_A_CLOCK_AHEAD(
        false,
        test -> {
          test.started();
          test.beat(false, Duration.ofMinutes(10));
        }),
    DIED_WITH_A_CLOCK_AHEAD(
        true,
        test -> {
          test.started();
          test.beat(false, Duration.ofMinutes(10));
          test.pass(TIMEOUT.plusMillis(1));
        }),
    DEAD_WHEN_THE_TOPIC_WAS_READ_ANEW(
        true,
        test -> {
          test.started();
          test.beat(false, Duration.ZERO);
          test.heartbeats.unknown(Trouble.FAILED, "a broker failed");
          test.pass(TIMEOUT.plusMillis(1));
          test.beat(true, Duration.ZERO);
          test.started();
        }),
    ALIVE_AFTER_THE_TOPIC_WAS_READ_ANEW(
        false,
        test -> {
          test.started();
          test.heartbeats.unknown(Trouble.LOST, "recreated");
          test.started();
          test.beat(false, Duration.ZERO);
        }),
    TAKEN_OUT(
        true,
        test -> {
          test.started();
          test.beat(false, Duration.ZERO);
          test.heartbeats.changed(new Change<>(HOST, Optional.empty(), false));
        });

    private final boolean silent;
    private final Consumer<HeartbeatsTest> happened;

    Story(boolean silent, Consumer<HeartbeatsTest> happened) {
      this.silent = silent;
      this.happened = happened;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHostIsDeadWhenItWasNotHeardForTooLong(Story story) {
    story.happened.accept(this);

    assertThat(heartbeats.isSilent(HOST)).isEqualTo(story.silent);
  }

  @Test
  void nobodyIsSettledBeforeEveryLivingHostHadTheTimeToBeHeard() {
    assertThat(heartbeats.unsettledNanos()).isEmpty();
    started();
    assertThat(heartbeats.unsettledNanos()).hasValue(TIMEOUT.toNanos());
    pass(TIMEOUT.minusNanos(1));
    assertThat(heartbeats.unsettledNanos()).hasValue(1);
    pass(Duration.ofDays(1));
    assertThat(heartbeats.unsettledNanos()).hasValue(0);
    heartbeats.unknown(Trouble.LOST, "recreated");
    assertThat(heartbeats.unsettledNanos()).isEmpty();
  }

  private void started() {
    heartbeats.known();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void beat(boolean replayed, Duration clockOff) {
    HostStatus status = HostRegistryTest.status(HOST, Instant.now().plus(clockOff));
    heartbeats.changed(new Change<>(HOST, Optional.of(status), replayed));
  }
}
