package io.reseed.failover;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.reseed.coordinator.ShardRuntime;
import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.failover.machine.FailoverState;
import org.jspecify.annotations.Nullable;

/** How many shards of this instance are in which condition. */
final class ConditionMetrics {
  private ConditionMetrics() {}

  static void bind(MeterRegistry meters, ShardRuntime<FailoverState> shards) {
    for (Condition condition : Condition.values()) {
      Gauge.builder("reseed.shards.condition", shards, running -> count(running, condition))
          .tag("condition", condition.name())
          .register(meters);
    }
  }

  private static long count(ShardRuntime<FailoverState> shards, Condition condition) {
    return shards.snapshot().values().stream()
        .filter(state -> isIn(state.status(), condition))
        .count();
  }

  private static boolean isIn(@Nullable ShardStatus status, Condition condition) {
    return status != null && status.condition() == condition;
  }
}
