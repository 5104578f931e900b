package io.reseed.validator;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.reseed.events.BackupStatus;
import io.reseed.shardruntime.RuntimeMetrics;
import io.reseed.validator.CycleState.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What the service measures of the shards that it holds: the age of each one's newest backup (−1
 * without one) and how cycles ended.
 */
final class BackupMetrics implements AutoCloseable {
  private static final long REFRESH_SECONDS = 5;

  private final ScheduledExecutorService refresher =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("backup-metrics").factory());
  private final MultiGauge ages;
  private final ValidatorService service;

  private BackupMetrics(MultiGauge ages, ValidatorService service) {
    this.ages = ages;
    this.service = service;
  }

  static BackupMetrics start(MeterRegistry meters, ValidatorService service) {
    runtime(meters, service, "reseed.shards", RuntimeMetrics::shards);
    runtime(meters, service, "reseed.dead.letters", RuntimeMetrics::deadLetters);
    runtime(meters, service, "reseed.effects.pending", RuntimeMetrics::effectsPending);
    runtime(meters, service, "reseed.bugs", RuntimeMetrics::bugs);
    outcome(meters, service, "backup-made", Tally::backupsMade);
    outcome(meters, service, "attempt-failed", Tally::attemptsFailed);
    outcome(meters, service, "cycle-failed", Tally::cyclesFailed);
    MultiGauge ages =
        MultiGauge.builder("reseed.backup.age.seconds")
            .description("Age of a shard's newest usable backup, -1 when it has none")
            .register(meters);
    BackupMetrics metrics = new BackupMetrics(ages, service);
    var _ =
        metrics.refresher.scheduleWithFixedDelay(
            metrics::refresh, 0, REFRESH_SECONDS, TimeUnit.SECONDS);
    return metrics;
  }

  private static void runtime(
      MeterRegistry meters,
      ValidatorService service,
      String name,
      ToDoubleFunction<RuntimeMetrics> value) {
    meters.gauge(name, service, s -> value.applyAsDouble(s.cycles().metrics()));
  }

  private static void outcome(
      MeterRegistry meters, ValidatorService service, String outcome, ToLongFunction<Tally> count) {
    FunctionCounter.builder(
            "reseed.cycles",
            service,
            s -> s.shards().values().stream().mapToLong(x -> count.applyAsLong(x.tally())).sum())
        .tag("outcome", outcome)
        .register(meters);
  }

  private void refresh() {
    Instant now = Instant.now();
    ages.register(
        service.shards().entrySet().stream()
            .filter(entry -> entry.getValue().listing().known())
            .map(entry -> row(entry, now))
            .toList(),
        true);
  }

  private static MultiGauge.Row<Number> row(Map.Entry<String, CycleState> shard, Instant now) {
    Optional<BackupStatus.Backup> newest =
        shard.getValue().listing().backups().stream()
            .filter(backup -> backup.degree() != BackupStatus.Degree.UNHEALTHY)
            .findFirst();
    long age =
        newest
            .map(backup -> Math.max(0, Duration.between(backup.createdAt(), now).toSeconds()))
            .orElse(-1L);
    return MultiGauge.Row.of(Tags.of("shard", shard.getKey()), age);
  }

  @Override
  public void close() {
    refresher.shutdownNow();
  }
}
