package io.reseed.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  @Property(tries = 200)
  void overAnyTimeTheLimitAndOneRequestPassAtMost(
      @ForAll long seed, @ForAll @LongRange(min = 1, max = 1L << 32) long bytesPerSecond) {
    Random random = new Random(seed);
    TokenBucket bucket = new TokenBucket(0, -5 * SECOND);
    long now = -5 * SECOND;
    long begun = now;
    long passed = 0;
    long requestMax = 0;
    for (int i = 0; i < 200; i++) {
      long request = random.nextLong(bytesPerSecond * 3) + 1;
      // someone who comes late or at once, and then waits as long as told
      now += random.nextBoolean() ? random.nextLong(SECOND) : 0;
      now += bucket.at(now, bytesPerSecond).nanosInDebt(bytesPerSecond);
      bucket = bucket.at(now, bytesPerSecond);
      assertThat(bucket.nanosInDebt(bytesPerSecond)).isLessThan(SECOND / 1_000);
      bucket = bucket.without(request);
      passed += request;
      requestMax = Math.max(requestMax, request);

      double allowed = (now - begun) / (double) SECOND * bytesPerSecond;
      assertThat((double) passed).isLessThanOrEqualTo(allowed * 1.000001 + requestMax + 16);
    }
  }

  @Test
  void whoNeverPausesGetsTheWholeLimit() {
    TokenBucket bucket = new TokenBucket(0, 0);
    long now = 0;
    for (int i = 0; i < 1_000; i++) {
      now += bucket.nanosInDebt(1_000_000);
      bucket = bucket.at(now, 1_000_000).without(50_000);
    }
    // 999 requests are paid for, the last one is not yet
    assertThat(now).isBetween(999 * SECOND / 20 - 1_000, 999 * SECOND / 20 + 1_000_000);
  }

  @Test
  void aPauseSavesAQuarterOfASecondAtMost() {
    TokenBucket bucket = new TokenBucket(0, 0).at(3_600 * SECOND, 1_000);

    assertThat(bucket.bytes()).isEqualTo(250);
  }

  @Test
  void debtIsPaidAtTheRateOfToday() {
    TokenBucket bucket = new TokenBucket(0, 0).without(1_000_000);

    assertThat(bucket.nanosInDebt(1_000)).isEqualTo(1_000 * SECOND);
    assertThat(bucket.nanosInDebt(1_000_000)).isEqualTo(SECOND);
    assertThat(bucket.at(SECOND / 2, 1_000_000).nanosInDebt(1_000_000)).isEqualTo(SECOND / 2);
  }

  @Test
  void aClockThatGoesBackFillsNothing() {
    assertThat(new TokenBucket(-10, SECOND).at(0, 1_000_000).bytes()).isEqualTo(-10);
  }
}
