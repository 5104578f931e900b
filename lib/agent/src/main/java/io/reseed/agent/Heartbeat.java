package io.reseed.agent;

import io.reseed.events.HostStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.apache.kafka.common.KafkaException;
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
  private final LongFunction<HostStatus> status;
  private final Semaphore changed = new Semaphore(0);
  private final Thread thread =
      Thread.ofPlatform().name("host-heartbeat").daemon().unstarted(this::run);
  private volatile long confirmedAtNanos;
  private volatile boolean confirmedOnce;
  private long sequence;

  /**
   * Publishes nothing before {@link #start}.
   *
   * @param status what the host holds, under a sequence number that grows over restarts, too
   */
  public Heartbeat(
      Reporter reporter, Duration interval, InstantSource clock, LongFunction<HostStatus> status) {
    this.reporter = reporter;
    this.interval = interval;
    this.clock = clock;
    this.status = status;
    this.sequence = clock.millis();
  }

  /** Begins to publish. */
  public void start() {
    thread.start();
  }

  /** What the host holds has changed: publish it now. */
  public void changed() {
    changed.release();
  }

  /** Whether Kafka confirmed a record not long ago. */
  public boolean isConfirmed() {
    return confirmedOnce && System.nanoTime() - confirmedAtNanos < interval.toNanos() * 3;
  }

  private void run() {
    try {
      while (true) {
        Duration pause = interval;
        try {
          beat();
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

  private void beat() throws InterruptedException {
    sequence = Math.max(sequence + 1, clock.millis());
    reporter.publish(status.apply(sequence));
    confirmedAtNanos = System.nanoTime();
    confirmedOnce = true;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      if (!thread.join(CLOSE_WAIT)) {
        LOG.warn("heartbeat did not stop in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
