package io.reseed.coordinator.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SteadyClockTest {
  private static final long START_MILLIS = 1_000_000_000;

  private long wallMillis = START_MILLIS;
  private long nanos;
  private final SteadyClock clock = new SteadyClock(() -> wallMillis, () -> nanos);

  private void pass(Duration time) {
    wallMillis += time.toMillis();
    nanos += time.toNanos();
  }

  @Test
  void followsAWallClockThatDoesNotJump() {
    pass(Duration.ofDays(3));

    assertThat(clock.millis()).isEqualTo(wallMillis);
  }

  @ParameterizedTest
  @ValueSource(ints = {-3600, -60, 60, 3600})
  void aMinuteLastsAMinuteAndATenthAtMostWhateverTheWallClockDoes(int jumpSeconds) {
    for (int minute = 0; minute < 10; minute++) {
      wallMillis += minute % 2 == 0 ? jumpSeconds * 1_000L : -jumpSeconds * 1_000L;
      long before = clock.millis();
      pass(Duration.ofMinutes(1));
      assertThat(clock.millis() - before).isBetween(54_000L, 66_000L);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-3600, 3600})
  void comesToTheWallClockInTheEndAndShowsPeopleTheirsMeanwhile(int jumpSeconds) {
    wallMillis += jumpSeconds * 1_000L;

    Instant now = Instant.ofEpochMilli(clock.millis());
    assertThat(clock.shown(now)).isEqualTo(Instant.ofEpochMilli(wallMillis));

    for (int i = 0; i < 11; i++) {
      pass(Duration.ofHours(1));
      clock.millis();
    }
    assertThat(clock.millis()).isEqualTo(wallMillis);
    assertThat(clock.leaps()).isZero();
  }

  @Test
  void aMachineThatSleptForADayIsInThePresentAndSaysSo() {
    wallMillis += Duration.ofDays(1).toMillis();

    assertThat(clock.millis()).isEqualTo(wallMillis);
    assertThat(clock.leaps()).isEqualTo(1);
  }

  @Test
  void neverGoesBack() {
    wallMillis -= Duration.ofDays(1).toMillis();

    long before = clock.millis();
    pass(Duration.ofSeconds(10));

    assertThat(clock.millis() - before).isEqualTo(9_000);
    assertThat(clock.leaps()).isZero();
  }
}
