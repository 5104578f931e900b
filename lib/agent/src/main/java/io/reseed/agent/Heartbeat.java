package io.reseed.agent;

import io.reseed.events.HostStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what the host holds, now and then and at each change. A thread of its own, because
 * Kafka may be away for long.
 */
public final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

  private final Reporter reporter;
  private final Duration interval;
  private final InstantSource clock;
  private final Semaphore changed = new Semaphore(0);
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
  private volatile long confirmedAtNanos;
  private volatile boolean confirmedOnce;
  private long sequence;

  /** Publishes nothing before {@link #start}. */
  public Heartbeat(Reporter reporter, Duration interval, InstantSource clock) {
    this.reporter = reporter;
    this.interval = interval;
    this.clock = clock;
    this.sequence = clock.millis();
  }

  /**
   * Begins to publish.
   *
   * @param status what the host holds, under a sequence number that grows over restarts, too
   */
  public void start(LongFunction<HostStatus> status) {
    Thread started =
        Thread.ofPlatform().name("host-heartbeat").daemon().unstarted(() -> run(status));
    if (!thread.compareAndSet(null, started)) {
      throw new IllegalStateException("the heartbeat was started before");
    }
    started.start();
  }

  /** What the host holds has changed: publish it now. */
  public void changed() {
    changed.release();
  }

  /** Whether Kafka confirmed a record not long ago. */
  public boolean isConfirmed() {
    return confirmedOnce && System.nanoTime() - confirmedAtNanos < interval.toNanos() * 3;
  }

  private void run(LongFunction<HostStatus> status) {
    try {
      while (true) {
        Duration pause = interval;
        try {
          beat(status);
        } catch (KafkaException e) {
          LOG.warn("heartbeat not confirmed reason={}", e.getMessage());
          pause = RETRY;
        } catch (RuntimeException e) {
          LOG.error("heartbeat failed", e);
          pause = RETRY;
        }
        if (changed.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          changed.drainPermits();
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void beat(LongFunction<HostStatus> status) throws InterruptedException {
    sequence = Math.max(sequence + 1, clock.millis());
    reporter.publish(status.apply(sequence));
    confirmedAtNanos = System.nanoTime();
    confirmedOnce = true;
  }

  @Override
  public void close() {
    Thread started = thread.get();
    if (started == null) {
      return;
    }
    started.interrupt();
    try {
      if (!started.join(CLOSE_WAIT)) {
        LOG.warn("heartbeat did not stop in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
