package io.reseed.restore;

import io.reseed.events.HostStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the world each second how far the jobs are, and now and then, and at each change, what the
 * host holds. A thread of its own, because Kafka may be away for long.
 */
final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration PROGRESS = Duration.ofSeconds(1);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

  private final HostProfile host;
  private final Duration interval;
  private final HostDisk disk;
  private final Announcements announcements;
  private final Supplier<RestoreAgent.Picture> picture;
  private final InstantSource clock;
  private final Semaphore changed = new Semaphore(0);
  private final Map<JobId, ProgressMeter> meters = new HashMap<>();
  private final Thread thread =
      Thread.ofPlatform().name("host-heartbeat").daemon().unstarted(this::run);
  private volatile boolean closing;
  private volatile long confirmedAtNanos;
  private volatile boolean confirmedOnce;
  private long sequence;

  /** What it tells about, and through what. */
  record Means(HostDisk disk, Announcements announcements, InstantSource clock) {}

  Heartbeat(
      HostProfile host, Duration interval, Means means, Supplier<RestoreAgent.Picture> picture) {
    this.host = host;
    this.interval = interval;
    this.disk = means.disk();
    this.announcements = means.announcements();
    this.clock = means.clock();
    this.picture = picture;
    this.sequence = clock.millis(); // grows over restarts, too
  }

  void start() {
    thread.start();
  }

  /** The host's picture has changed: say it now. */
  void changed() {
    changed.release();
  }

  /** Whether Kafka confirmed a record not long ago. */
  boolean isConfirmed() {
    return confirmedOnce && System.nanoTime() - confirmedAtNanos < interval.toNanos() * 3;
  }

  private void run() {
    long toldAtNanos = System.nanoTime() - interval.toNanos();
    while (!closing) {
      try {
        RestoreAgent.Picture now = picture.get();
        boolean wasChanged = changed.drainPermits() > 0;
        if (wasChanged || System.nanoTime() - toldAtNanos >= interval.toNanos()) {
          toldAtNanos = System.nanoTime();
          announcements.heartbeat(status(now));
          confirmedAtNanos = System.nanoTime();
          confirmedOnce = true;
        }
        tellProgress(now);
        if (changed.tryAcquire(PROGRESS.toMillis(), TimeUnit.MILLISECONDS)) {
          changed.release(); // seen again at the top
        }
      } catch (InterruptedException stopped) {
        return;
      } catch (KafkaException e) {
        LOG.warn("heartbeat not confirmed host={} reason={}", host.name(), e.getMessage());
        changed.release();
        pause();
      } catch (RuntimeException e) {
        LOG.error("heartbeat failed host={}", host.name(), e);
        pause();
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PROGRESS.toMillis());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellProgress(RestoreAgent.Picture now) throws InterruptedException {
    meters.keySet().retainAll(now.working().keySet());
    for (Job job : now.jobs()) {
      JobControl control = now.working().get(job.id());
      if (control != null && job.held(host.address()).state() == HostStatus.HeldState.MAKING) {
        ProgressMeter meter = meters.computeIfAbsent(job.id(), _ -> new ProgressMeter());
        announcements.progress(
            job, meter.read(control.progress(), control.note(), System.nanoTime()));
      }
    }
  }

  private HostStatus status(RestoreAgent.Picture now) {
    sequence = Math.max(sequence + 1, clock.millis());
    List<HostStatus.HeldServer> servers =
        now.jobs().stream().map(job -> job.held(host.address())).limit(1_000).toList();
    return new HostStatus(
        host.name(),
        host.pool(),
        host.zone(),
        host.address(),
        disk.bytesFree(),
        now.idleReason() == null ? host.slots() : 0,
        servers,
        sequence,
        clock.instant());
  }

  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      if (!thread.join(CLOSE_WAIT)) {
        LOG.warn("heartbeat did not stop in time host={}", host.name());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
