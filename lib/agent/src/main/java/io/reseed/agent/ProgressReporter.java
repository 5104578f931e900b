package io.reseed.agent;

import io.reseed.events.Assignment;
import io.reseed.events.SeedingProgress;
import io.reseed.events.SeedingStage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes each second how far the steps under way are. A thread of its own: Kafka may be slow.
 */
final class ProgressReporter<A extends Assignment> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressReporter.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

  private final Reporter reporter;
  private final Supplier<Map<JobId, AgentSnapshot.Working<A>>> working;
  private final Map<JobId, ProgressMeter> meters = new HashMap<>();
  private final Thread thread = Thread.ofVirtual().name("progress").unstarted(this::run);

  ProgressReporter(Reporter reporter, Supplier<Map<JobId, AgentSnapshot.Working<A>>> working) {
    this.reporter = reporter;
    this.working = working;
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
        Map<JobId, AgentSnapshot.Working<A>> now = working.get();
        meters.keySet().retainAll(now.keySet());
        for (Map.Entry<JobId, AgentSnapshot.Working<A>> one : now.entrySet()) {
          report(one.getKey(), one.getValue());
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(JobId id, AgentSnapshot.Working<A> step) throws InterruptedException {
    if (step.stage().isEmpty() || step.control().cancelled()) {
      return;
    }
    if (step.control().assignment().isPresent()) {
      A assignment = step.control().assignment().get();
      try {
        reporter.publish(progress(id, assignment, step.stage().get(), step.control()));
      } catch (KafkaException e) {
        LOG.warn("progress not published seeding={} reason={}", id.seeding(), e.getMessage());
      }
    }
  }

  private SeedingProgress progress(
      JobId id, A assignment, SeedingStage stage, JobControl<A> control) {
    JobControl.Progress progress = control.progress();
    ProgressMeter meter = meters.computeIfAbsent(id, _ -> new ProgressMeter());
    return new SeedingProgress(
        assignment.shard(),
        assignment.seeding(),
        assignment.attempt(),
        assignment.purpose(),
        assignment.host(),
        stage,
        SeedingProgress.Unit.BYTES,
        progress.bytesDone(),
        progress.bytesTotal(),
        meter.rate(progress.bytesDone(), System.nanoTime()),
        control.note());
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      if (!thread.join(CLOSE_WAIT)) {
        LOG.warn("progress reporter did not stop in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
