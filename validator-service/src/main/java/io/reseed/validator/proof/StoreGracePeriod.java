package io.reseed.validator.proof;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.validator.failure.Failures;
import java.time.Duration;
import java.util.function.Supplier;

/** Waits for a store that does not answer. */
final class StoreGracePeriod {
  /** Who worked for so long had a store in between. */
  private static final Duration WORKED_MIN = Duration.ofMinutes(2);

  private StoreGracePeriod() {}

  /**
   * Repeats the work, which must bear it, until the store was away for longer than the host's
   * patience.
   *
   * @throws FailureException what the work threw last
   */
  static <T> T outwait(ProofWork work, Supplier<T> repeatable) throws InterruptedException {
    long gracePeriodNanos = work.host().bounds().storeGracePeriod().toNanos();
    long workedNanos = Math.max(gracePeriodNanos, WORKED_MIN.toNanos());
    long awaySince = System.nanoTime();
    while (true) {
      long begun = System.nanoTime();
      try {
        return repeatable.get();
      } catch (FailureException e) {
        boolean mayPass = e.code() == FailureCode.STORE_UNREACHABLE && !work.control().cancelled();
        long now = System.nanoTime();
        if (now - begun > workedNanos) {
          awaySince = now;
        }
        if (!mayPass || now - awaySince > gracePeriodNanos) {
          throw e;
        }
        work.control()
            .note("the store does not answer: " + Failures.cut(String.valueOf(e.getMessage())));
      }
      work.pause();
    }
  }
}
