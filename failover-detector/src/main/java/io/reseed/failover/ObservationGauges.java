package io.reseed.failover;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.reseed.events.ShardStatus;
import io.reseed.failover.machine.DeclaredShard;
import io.reseed.failover.machine.FailoverState;
import io.reseed.failover.machine.StatusReport;
import io.reseed.fleet.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.function.IntSupplier;
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
    Gauge.builder("reseed.shards.in.care", () -> inCare(states.get()))
        .description("Declared shards that this instance has")
        .register(meters);
    Gauge.builder("reseed.repairs.limited", () -> limited(states.get()))
        .description("Shards whose repair waits because too many of their cluster are made")
        .register(meters);
    Gauge.builder("reseed.shards.unobserved", () -> unobserved(states.get()))
        .description("Shards whose status says that their servers are not observed")
        .register(meters);
    Gauge.builder(
            "reseed.observation.age.seconds", () -> oldestSeconds(states.get(), clock.instant()))
        .description("Age of the oldest last observation of a shard; 0 without shards")
        .register(meters);
  }

  /**
   * Registers how many shards are declared: as many should be in the care of all instances.
   *
   * @param declared asked for at each scrape
   */
  static void registerDeclared(MeterRegistry meters, IntSupplier declared) {
    Gauge.builder("reseed.shards.declared", declared::getAsInt)
        .description("Shards that are declared, whichever instance has them; 0 while unknown")
        .register(meters);
  }

  static long inCare(Collection<FailoverState> states) {
    return states.stream().filter(DeclaredShard.class::isInstance).count();
  }

  static long limited(Collection<FailoverState> states) {
    return statuses(states)
        .flatMap(status -> Stream.ofNullable(status.failure()))
        .filter(failure -> failure.is(FailureCode.REPAIRS_MAX_REACHED))
        .count();
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
