package io.reseed.failover;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.reseed.events.ShardStatus;
import io.reseed.failover.machine.DeclaredShard;
import io.reseed.failover.machine.FailoverState;
import io.reseed.failover.machine.StatusReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Whether an instance observes its shards: no dashboard must take old news for health. */
final class ObservationGauges {
  private ObservationGauges() {}

  /**
   * Registers them.
   *
   * @param states the shards of this instance, asked for at each scrape
   */
  static void register(
      MeterRegistry meters, Supplier<Collection<FailoverState>> states, InstantSource clock) {
    Gauge.builder("reseed.shards.unobserved", () -> unobserved(states.get()))
        .description("Shards whose status says that their servers are not observed")
        .register(meters);
    Gauge.builder(
            "reseed.observation.age.seconds", () -> oldestSeconds(states.get(), clock.instant()))
        .description("Age of the oldest last observation of a shard; 0 without shards")
        .register(meters);
  }

  static long unobserved(Collection<FailoverState> states) {
    return statuses(states).filter(StatusReport::saysUnobserved).count();
  }

  static double oldestSeconds(Collection<FailoverState> states, Instant now) {
    return states.stream()
        .filter(DeclaredShard.class::isInstance)
        .map(state -> Duration.between(((DeclaredShard) state).freshness().asOf(now), now))
        .mapToDouble(age -> Math.max(0, age.toMillis()) / 1000.0)
        .max()
        .orElse(0);
  }

  private static Stream<ShardStatus> statuses(Collection<FailoverState> states) {
    return states.stream().flatMap(state -> Stream.ofNullable(state.status()));
  }
}
