package io.reseed.validator.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TimeLimitTest {

  @Test
  void givesTheAnswerAndPassesErrorsOn() throws InterruptedException {
    assertThat(TimeLimit.run("quick", Duration.ofSeconds(10), () -> 7)).isEqualTo(7);
    assertThatThrownBy(
            () ->
                TimeLimit.run(
                    "broken",
                    Duration.ofSeconds(10),
                    () -> {
                      throw new IllegalStateException("broken");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("broken");
  }

  @Test
  void endsTheWorkBeforeItSaysThatTheTimeIsUp() {
    AtomicBoolean undone = new AtomicBoolean();
    assertThatThrownBy(
            () -> TimeLimit.run("slow", Duration.ofMillis(50), () -> waitForEver(undone)))
        .isInstanceOfSatisfying(
            FailureException.class,
            found -> {
              assertThat(found.failure().code()).isEqualTo("CHECK_TIMEOUT");
              assertThat(found.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT);
              assertThat(found.failure().message()).contains("slow");
            });
    assertThat(undone).isTrue();
  }

  @Test
  void endsTheWorkWithItsCaller() throws InterruptedException {
    AtomicBoolean undone = new AtomicBoolean();
    AtomicBoolean told = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    TimeLimit.run(
                        "unwanted",
                        Duration.ofMinutes(1),
                        () -> {
                          begun.countDown();
                          return waitForEver(undone);
                        });
                  } catch (InterruptedException e) {
                    told.set(true);
                  }
                });
    begun.await();
    caller.interrupt();
    assertThat(caller.join(Duration.ofSeconds(20))).isTrue();
    assertThat(told).isTrue();
    assertThat(undone).isTrue();
  }

  private static boolean waitForEver(AtomicBoolean undone) throws InterruptedException {
    try {
      new CountDownLatch(1).await();
      return true;
    } finally {
      undone.set(true);
    }
  }
}
