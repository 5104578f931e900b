package io.reseed.coordinator.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.HostStatus;
import io.reseed.kafka.FollowedTopic.Change;
import io.reseed.kafka.FollowedTopic.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The one rule by which a host counts as dead. */
class HeartbeatsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final String HOST = "host-1";

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // wraps on its way
  private final Heartbeats heartbeats = new Heartbeats(TIMEOUT, nanos::get);

  /** What became of a host and of us. */
  enum Story {
    NEVER_HEARD(true),
    LONG_DEAD_WHEN_WE_STARTED(true),
    DEAD_WHEN_WE_STARTED_WITH_A_CLOCK_AHEAD(true),
    ALIVE(false),
    ALIVE_WITH_A_CLOCK_BEHIND(false),
    ALIVE_WITH_A_CLOCK_AHEAD(false),
    DIED_WITH_A_CLOCK_AHEAD(true),
    DEAD_WHEN_THE_TOPIC_WAS_READ_ANEW(true),
    ALIVE_AFTER_THE_TOPIC_WAS_READ_ANEW(false),
    TAKEN_OUT(true);

    private final boolean silent;

    Story(boolean silent) {
      this.silent = silent;
    }
  }

  private void happens(Story story) {
    switch (story) {
      case NEVER_HEARD -> started();
      case LONG_DEAD_WHEN_WE_STARTED -> {
        beat(true, Duration.ofDays(-700));
        started();
      }
      case DEAD_WHEN_WE_STARTED_WITH_A_CLOCK_AHEAD -> {
        beat(true, Duration.ofMinutes(10));
        started();
      }
      case ALIVE -> {
        started();
        beat(false, Duration.ZERO);
        pass(TIMEOUT);
      }
      case ALIVE_WITH_A_CLOCK_BEHIND -> {
        started();
        beat(false, Duration.ofMinutes(-10));
      }
      case ALIVE_WITH_A_CLOCK_AHEAD -> {
        started();
        beat(false, Duration.ofMinutes(10));
      }
      case DIED_WITH_A_CLOCK_AHEAD -> {
        started();
        beat(false, Duration.ofMinutes(10));
        pass(TIMEOUT.plusMillis(1));
      }
      case DEAD_WHEN_THE_TOPIC_WAS_READ_ANEW -> {
        started();
        beat(false, Duration.ZERO);
        heartbeats.unknown(Trouble.FAILED, "a broker failed");
        pass(TIMEOUT.plusMillis(1));
        beat(true, Duration.ZERO);
        started();
      }
      case ALIVE_AFTER_THE_TOPIC_WAS_READ_ANEW -> {
        started();
        heartbeats.unknown(Trouble.LOST, "recreated");
        started();
        beat(false, Duration.ZERO);
      }
      case TAKEN_OUT -> {
        started();
        beat(false, Duration.ZERO);
        heartbeats.changed(new Change<>(HOST, Optional.empty(), false));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHostIsDeadWhenItWasNotHeardForTooLong(Story story) {
    happens(story);

    assertThat(heartbeats.isTimedOut(HOST)).isEqualTo(story.silent);
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

  /** Who speaks after {@code first} under its name, and whether that is somebody else. */
  enum Second {
    ITSELF("10.0.0.9", "one", false),
    AN_AGENT_OF_BEFORE("10.0.0.9", null, false),
    A_COPIED_CONFIGURATION("10.0.0.9", "two", true),
    A_COPIED_FOLDER("10.0.0.8", "one", true),
    AN_AGENT_OF_BEFORE_ELSEWHERE("10.0.0.8", null, true);

    private final String address;
    private final @Nullable String identity;
    private final boolean other;

    Second(String address, @Nullable String identity, boolean other) {
      this.address = address;
      this.identity = identity;
      this.other = other;
    }
  }

  @ParameterizedTest
  @EnumSource
  void hostsThatShareANameAreToldApartForAsLongAsBothSpeak(Second second) {
    started();
    for (int i = 0; i < 2; i++) {
      say("10.0.0.9", "one");
      say(second.address, second.identity);
    }
    assertThat(heartbeats.speakers(HOST)).hasSize(second.other ? 2 : 1);
    assertThat(heartbeats.namesShared()).isEqualTo(second.other ? Set.of(HOST) : Set.of());

    pass(TIMEOUT);
    say("10.0.0.9", "one");
    pass(Duration.ofNanos(1));
    assertThat(heartbeats.namesShared()).as("the other is silent").isEmpty();
    assertThat(heartbeats.isTimedOut(HOST)).isFalse();
  }

  private void say(String address, @Nullable String identity) {
    HostStatus status = HostRegistryTest.status(HOST, address, identity);
    heartbeats.changed(new Change<>(HOST, Optional.of(status), false));
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
