package io.reseed.validator.cycle;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.SeedingStage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the service measures of the shards that it holds: the age of each one's newest backup by
 * degree of proof, whether it has a proven one, whether its pipeline is kept from its work, how
 * cycles ended, and how long their stages took.
 */
public final class BackupMetrics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackupMetrics.class);
  private static final long REFRESH_SECONDS = 5;
  private static final List<Degree> DEGREES =
      List.of(Degree.CREATED, Degree.RESTORABLE, Degree.VALIDATED);

  private final ScheduledExecutorService refresher =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("backup-metrics").factory());
  private final MultiGauge ages;
  private final MultiGauge proven;
  private final MultiGauge blocked;
  private final Supplier<Map<String, CycleState>> shards;
  private volatile Map<String, CycleState> current = Map.of();

  private BackupMetrics(MeterRegistry meters, Supplier<Map<String, CycleState>> shards) {
    this.shards = shards;
    ages =
        MultiGauge.builder("reseed.backup.age.seconds")
            .description("Age of the newest backup that reached a degree of proof, -1 without one")
            .register(meters);
    proven =
        MultiGauge.builder("reseed.backup.proven")
            .description("1 when a shard has a backup that was restored, else 0")
            .register(meters);
    blocked =
        MultiGauge.builder("reseed.cycle.blocked")
            .description("1 while something keeps a shard's backup pipeline from its work")
            .register(meters);
  }

  /**
   * Begins to measure.
   *
   * @param shards is asked again and again
   */
  public static BackupMetrics start(
      MeterRegistry meters, Supplier<Map<String, CycleState>> shards) {
    outcome(meters, shards, "backup-made", Counters::backupsMade);
    outcome(meters, shards, "validated", Counters::validated);
    outcome(meters, shards, "condemned", Counters::condemned);
    outcome(meters, shards, "attempt-failed", Counters::attemptsFailed);
    outcome(meters, shards, "cycle-failed", Counters::cyclesFailed);
    for (SeedingStage stage : SeedingStage.values()) {
      FunctionTimer.builder(
              "reseed.cycle.stage.seconds",
              shards,
              s -> sum(s, counters -> counters.stage(stage).count()),
              s -> sum(s, counters -> counters.stage(stage).millis()),
              TimeUnit.MILLISECONDS)
          .description("How long the stages of cycles took that ended well")
          .tag("stage", word(stage.name()))
          .register(meters);
    }
    BackupMetrics metrics = new BackupMetrics(meters, shards);
    var _ =
        metrics.refresher.scheduleWithFixedDelay(
            metrics::refreshAgainAndAgain, 0, REFRESH_SECONDS, TimeUnit.SECONDS);
    return metrics;
  }

  private static void outcome(
      MeterRegistry meters,
      Supplier<Map<String, CycleState>> shards,
      String outcome,
      ToLongFunction<Counters> count) {
    FunctionCounter.builder("reseed.cycles", shards, s -> sum(s, count))
        .tag("outcome", outcome)
        .register(meters);
  }

  private static long sum(
      Supplier<Map<String, CycleState>> shards, ToLongFunction<Counters> value) {
    return shards.get().values().stream()
        .mapToLong(state -> value.applyAsLong(state.counters()))
        .sum();
  }

  private static String word(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A failure must not end the repetition: the figures would stand still, or never come. */
  private void refreshAgainAndAgain() {
    try {
      refresh();
    } catch (RuntimeException e) {
      LOG.error("metrics not refreshed, trying again", e);
    }
  }

  /**
   * A series that stays is never taken away for a moment: a scrape that misses one ends it for
   * Prometheus. So rows are kept and ask for what is current.
   */
  private void refresh() {
    current = shards.get();
    ages.register(
        rows(
            state -> state.listing().known(),
            shard -> DEGREES.stream().map(degree -> age(shard, degree))));
    proven.register(
        rows(_ -> true, shard -> Stream.of(row(shard, state -> state.backups().anyProven()))));
    blocked.register(
        rows(
            _ -> true,
            shard ->
                Stream.of(row(shard, state -> CycleStatus.blockingReason(state).isPresent()))));
  }

  /** Of the shards in our care. */
  private List<MultiGauge.Row<?>> rows(
      Predicate<CycleState> wanted, Function<String, Stream<MultiGauge.Row<?>>> ofShard) {
    return current.entrySet().stream()
        .filter(shard -> shard.getValue().topology() != null && wanted.test(shard.getValue()))
        .flatMap(shard -> ofShard.apply(shard.getKey()))
        .toList();
  }

  private MultiGauge.Row<?> row(String shard, Predicate<CycleState> holds) {
    return MultiGauge.Row.of(
        Tags.of("shard", shard), this, metrics -> holds.test(metrics.state(shard)) ? 1 : 0);
  }

  private MultiGauge.Row<?> age(String shard, Degree degree) {
    return MultiGauge.Row.of(
        Tags.of("shard", shard, "degree", word(degree.name())),
        this,
        metrics -> age(metrics.state(shard), degree, Instant.now()));
  }

  private CycleState state(String shard) {
    return current.getOrDefault(shard, CycleState.EMPTY);
  }

  private static long age(CycleState state, Degree degree, Instant now) {
    return state
        .backups()
        .newestOf(degree)
        .map(backup -> Math.max(0, Duration.between(backup.createdAt(), now).toSeconds()))
        .orElse(-1L);
  }

  @Override
  public void close() {
    refresher.shutdownNow();
  }
}
