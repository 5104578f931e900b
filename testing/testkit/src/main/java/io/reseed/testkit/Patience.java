package io.reseed.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Awaitility with the bounds that this package uses everywhere. */
final class Patience {
  private static final Duration POLL = Duration.ofMillis(50);

  private Patience() {}

  /**
   * Polls until the condition holds.
   *
   * @param what named in the failure
   * @throws org.awaitility.core.ConditionTimeoutException when the time is up
   */
  static void await(String what, Duration timeout, Callable<Boolean> condition) {
    Awaitility.await(what)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .atMost(timeout)
        .until(condition);
  }
}
