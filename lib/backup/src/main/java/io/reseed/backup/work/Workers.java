package io.reseed.backup.work;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Some threads that do one job together. The first failure, a cancellation or an interrupt of the
 * caller interrupts them all; the caller gets that first failure once every thread has ended.
 */
public final class Workers {
  private static final long POLL_MILLIS = 100;
  private static final int POLLS_PER_REPORT = 5;
  private static final Duration END_TIMEOUT = Duration.ofMinutes(3);

  private final AtomicReference<@Nullable FailureException> failure = new AtomicReference<>();
  private final JobMonitor monitor;
  private final Supplier<Progress> progress;

  private Workers(JobMonitor monitor, Supplier<Progress> progress) {
    this.monitor = monitor;
    this.progress = progress;
  }

  /** Part of a job; several threads run the same one. Ends soon when interrupted. */
  public interface Work {
    /** Works until nothing is left. */
    void run() throws InterruptedException;
  }

  /**
   * Runs each work on a thread of its own and returns when all have returned.
   *
   * @throws FailureException the first failure of any; {@code CANCELLED}
   */
  public static void run(List<Work> works, JobMonitor monitor, Supplier<Progress> progress) {
    new Workers(monitor, progress).run(works);
  }

  private void run(List<Work> works) {
    CountDownLatch running = new CountDownLatch(works.size());
    // virtual threads, because only in those an interrupt ends a read from a socket
    Stream<Thread> started =
        works.stream().map(work -> Thread.ofVirtual().start(() -> run(work, running)));
    List<Thread> threads = started.toList();
    try {
      watch(running);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(cancelled("the thread that ran the job was interrupted"));
    } finally {
      end(threads, running);
    }
    FailureException first = failure.get();
    if (first != null) {
      throw first;
    }
    monitor.progressed(progress.get());
  }

  private void watch(CountDownLatch running) throws InterruptedException {
    for (int polls = 1; !running.await(POLL_MILLIS, TimeUnit.MILLISECONDS); polls++) {
      if (failure.get() != null) {
        return;
      }
      if (monitor.cancelled()) {
        fail(cancelled("the job was cancelled"));
        return;
      }
      if (polls % POLLS_PER_REPORT == 0) {
        monitor.progressed(progress.get());
      }
    }
  }

  private void end(List<Thread> threads, CountDownLatch running) {
    threads.forEach(Thread::interrupt);
    boolean interrupted = Thread.interrupted();
    try {
      // buffers and files are in use until the last thread has ended, so this waits uninterrupted
      if (!running.await(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new FailureException(
            FailureCode.INTERNAL,
            "threads of the job did not end within " + END_TIMEOUT,
            "Restart this service; then run the job again.");
      }
    } catch (InterruptedException e) {
      interrupted = true;
      fail(cancelled("the thread that ran the job was interrupted twice"));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run(Work work, CountDownLatch running) {
    try {
      work.run();
    } catch (InterruptedException e) {
      fail(cancelled("a thread of the job was interrupted"));
    } catch (FailureException e) {
      fail(e);
    } catch (RuntimeException | Error e) {
      fail(
          new FailureException(
              FailureCode.INTERNAL,
              "a thread of the job failed unexpectedly: " + e,
              "Report this as a bug, with the log.",
              e));
    } finally {
      running.countDown();
    }
  }

  private void fail(FailureException e) {
    failure.compareAndSet(null, e);
  }

  private static FailureException cancelled(String why) {
    return new FailureException(FailureCode.CANCELLED, why, "Run the job again to go on with it.");
  }
}
