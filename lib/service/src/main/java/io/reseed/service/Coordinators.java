package io.reseed.service;

import io.micrometer.core.instrument.Gauge;
import io.reseed.coordinator.RuntimeConfig;
import io.reseed.coordinator.RuntimeMetrics;
import io.reseed.coordinator.ShardRuntime;
import io.reseed.coordinator.ShardService;
import java.time.Duration;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Starts the coordinator of a service, as each one does. */
public final class Coordinators {
  private Coordinators() {}

  /**
   * Starts it and has it measured; the service is ready when it decides, and ends when it fails.
   *
   * @throws IllegalStateException when topics are missing, or Kafka does not answer
   */
  public static <S, I, E, F> ShardRuntime<S> start(
      ServiceParts parts, CoordinatorKafkaConfig config, ShardService<S, I, E, F> service)
      throws InterruptedException {
    ShardRuntime<S> runtime =
        parts.opened(ShardRuntime.start(service, runtimeConfig(config, parts.kafka())));
    parts.failsWith(runtime.failure());
    parts.readyWhen(() -> readiness(runtime));
    gauge(parts, runtime, "reseed.shards", RuntimeMetrics::shards);
    gauge(parts, runtime, "reseed.inputs", RuntimeMetrics::inputs);
    gauge(parts, runtime, "reseed.dead.letters", RuntimeMetrics::deadLetters);
    gauge(parts, runtime, "reseed.bugs", RuntimeMetrics::bugs);
    gauge(parts, runtime, "reseed.effects.pending", RuntimeMetrics::effectsPending);
    gauge(parts, runtime, "reseed.effects.failed", RuntimeMetrics::effectsFailed);
    return runtime;
  }

  private static Readiness readiness(ShardRuntime<?> runtime) {
    Readiness readiness = Readiness.of(runtime.isReady()).with("shards", runtime.state());
    return runtime.refusal().map(why -> readiness.with("refusal", why)).orElse(readiness);
  }

  private static void gauge(
      ServiceParts parts,
      ShardRuntime<?> runtime,
      String name,
      ToDoubleFunction<RuntimeMetrics> figure) {
    Gauge.builder(name, runtime, running -> figure.applyAsDouble(running.metrics()))
        .register(parts.meters());
  }

  private static RuntimeConfig runtimeConfig(
      CoordinatorKafkaConfig config, Map<String, String> kafka) {
    RuntimeConfig.Timing timing = RuntimeConfig.Timing.defaults();
    Duration session = config.sessionTimeout();
    return RuntimeConfig.of(kafka, config.stateDirectory())
        .withTiming(
            new RuntimeConfig.Timing(
                session,
                session.dividedBy(3),
                timing.commit(),
                timing.transaction(),
                timing.topicWait()));
  }
}
