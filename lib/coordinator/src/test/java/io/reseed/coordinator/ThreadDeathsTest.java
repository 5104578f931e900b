package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThreadDeathsTest {
  @Test
  void onlySoManyThreadsAreReplacedWithinAWhile() {
    ThreadDeaths deaths = new ThreadDeaths(2);
    long minuteNanos = 60_000_000_000L;

    assertThat(deaths.mayReplace(0)).isTrue();
    assertThat(deaths.mayReplace(5 * minuteNanos)).isTrue();
    assertThat(deaths.mayReplace(9 * minuteNanos)).isFalse();
    assertThat(deaths.mayReplace(11 * minuteNanos)).isTrue();
    assertThat(deaths.mayReplace(12 * minuteNanos)).isFalse();
  }
}
