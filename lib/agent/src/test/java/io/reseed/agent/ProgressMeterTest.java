package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.Progress;
import org.junit.jupiter.api.Test;

class ProgressMeterTest {
  private static final long SECOND_NANOS = 1_000_000_000L;

  @Test
  void saysTheRateOfTheLastSecondsOnly() {
    ProgressMeter meter = new ProgressMeter();
    long done = 0;
    for (int second = 0; second < 20; second++) {
      done += second < 10 ? 1_000 : 10;
      long rate = read(meter, done, second).bytesPerSecond();
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
    read(meter, 5_000, 0);
    read(meter, 6_000, 1);
    assertThat(read(meter, 100, 2).bytesPerSecond()).isZero();
    assertThat(read(meter, 300, 3).bytesPerSecond()).isEqualTo(200);
  }

  private static ProgressMeter.Reading read(ProgressMeter meter, long done, int second) {
    return meter.read(new Progress(done, 100_000, 0), null, second * SECOND_NANOS);
  }
}
