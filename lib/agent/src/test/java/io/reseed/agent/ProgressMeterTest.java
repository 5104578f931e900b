package io.reseed.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressMeterTest {
  private static final long SECOND_NANOS = 1_000_000_000L;

  @Test
  void saysTheRateOfTheLastSecondsOnly() {
    ProgressMeter meter = new ProgressMeter();
    long done = 0;
    for (int second = 0; second < 20; second++) {
      done += second < 10 ? 1_000 : 10;
      long rate = meter.rate(done, second * SECOND_NANOS);
      if (second == 9) {
        assertThat(rate).isEqualTo(1_000);
      }
      if (second == 19) {
        assertThat(rate).isEqualTo(10);
      }
    }
  }

  @Test
  void beginsAnewWhenAnotherRunBegins() {
    ProgressMeter meter = new ProgressMeter();
    assertThat(meter.rate(5_000, 0)).isZero();
    assertThat(meter.rate(6_000, SECOND_NANOS)).isEqualTo(1_000);
    assertThat(meter.rate(100, 2 * SECOND_NANOS)).isZero();
    assertThat(meter.rate(300, 3 * SECOND_NANOS)).isEqualTo(200);
  }
}
