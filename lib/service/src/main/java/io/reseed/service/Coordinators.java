package io.reseed.service;

import io.micrometer.core.instrument.Gauge;
import io.reseed.coordinator.RuntimeConfig;
import io.reseed.coordinator.RuntimeMetrics;
import io.reseed.coordinator.ShardRuntime;
import io.reseed.coordinator.ShardService;
import io.reseed.kafka.HeldTopics;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

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
    Gauge.builder("reseed.topics.unfit", runtime, running -> running.areTopicsUnfit() ? 1 : 0)
        .register(parts.meters());
    watchForOpenTransactions(parts, service.inputTopics());
    RuntimeMetrics.gauges()
        .forEach(
            (name, figure) ->
                Gauge.builder(name, runtime, running -> figure.applyAsDouble(running.metrics()))
                    .register(parts.meters()));
    return runtime;
  }

  /** A coordinator that is deaf to what outsiders write is not ready, however well it feels. */
  private static void watchForOpenTransactions(ServiceParts parts, Set<String> topics) {
    HeldTopics watch =
        parts.opened(HeldTopics.open(parts.kafka(), topics, HeldTopics.Timing.defaults()));
    parts.readyWhen(
        () ->
            Readiness.of(watch.trouble().isEmpty()).with("topics", watch.trouble().orElse("read")));
    Gauge.builder("reseed.topics.held.seconds", watch, HeldTopics::heldSecondsMax)
        .register(parts.meters());
  }

  private static Readiness readiness(ShardRuntime<?> runtime) {
    Readiness readiness = Readiness.of(runtime.isReady()).with("shards", runtime.state());
    return runtime.refusal().map(why -> readiness.with("refusal", why)).orElse(readiness);
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
