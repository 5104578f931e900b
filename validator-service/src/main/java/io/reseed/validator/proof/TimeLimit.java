package io.reseed.validator.proof;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a check its time and not more. */
final class TimeLimit {
  private static final Logger LOG = LoggerFactory.getLogger(TimeLimit.class);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(10);

  private TimeLimit() {}

  /**
   * Runs the work in a thread of its own, which is interrupted when the time is up or the caller is
   * interrupted, and has ended when this returns or throws: an interrupt closes its sessions, so
   * that nothing is held any longer.
   *
   * @param name of the check
   * @throws FailureException CHECK_TIMEOUT; what the work throws comes out as it is
   */
  static <T> T run(String name, Duration limit, Callable<T> work) throws InterruptedException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = Thread.ofVirtual().name("check-" + name).start(task);
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("check takes too long check={} limit={}", name, limit, e);
      throw exceeded(name, limit);
    } catch (ExecutionException e) {
      throw unwrapped(e);
    } finally {
      end(thread);
    }
  }

  private static void end(Thread thread) throws InterruptedException {
    thread.interrupt();
    boolean interrupted = Thread.interrupted();
    if (!thread.join(END_TIMEOUT)) {
      LOG.warn("thread did not end in time thread={}", thread.getName());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static RuntimeException unwrapped(ExecutionException thrown) throws InterruptedException {
    return switch (thrown.getCause()) {
      case RuntimeException e -> e;
      case InterruptedException e -> throw e;
      case Error e -> throw e;
      case null, default -> new IllegalStateException(thrown);
    };
  }

  private static FailureException exceeded(String name, Duration limit) {
    return new FailureException(
        FailureCode.CHECK_TIMEOUT,
        "The check %s did not end within %s s.".formatted(name, limit.toSeconds()),
        "Give it more time (reseed.checks.limits), or a smaller share in each cycle (the"
            + " shard's check cycles), or look what slows the host down.");
  }
}
