package io.reseed.failover;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reseed.coordinator.RuntimeMetrics;
import io.reseed.coordinator.ShardRuntime;
import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.failover.machine.FailoverState;
import io.reseed.kafka.EventPublisher;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the service. */
@Singleton
@Default
@Readiness
class FailoverApplication implements HealthCheck {
  private static final Logger LOG = LoggerFactory.getLogger(FailoverApplication.class);

  private final FailoverConfig config;
  private final MeterRegistry meters;
  private final EventInbox inbox;
  private volatile @Nullable FailoverService service;

  FailoverApplication(FailoverConfig config, MeterRegistry meters) {
    this.config = config;
    this.meters = meters;
    this.inbox =
        new EventInbox(
            FailoverService.prefix(config), "/reseed/failover-detector/" + config.instance());
  }

  void start(@Observes StartupEvent event) throws InterruptedException {
    FailoverService started = FailoverService.start(config);
    service = started;
    measure(started.runtime());
    started
        .runtime()
        .failure()
        .thenAccept(
            cause -> {
              LOG.error("service failed, the process ends instance={}", config.instance(), cause);
              Quarkus.asyncExit(1);
            });
    LOG.info("service started instance={}", config.instance());
  }

  void stop(@Observes ShutdownEvent event) {
    FailoverService running = service;
    service = null;
    if (running != null) {
      running.close();
    }
    LOG.info("service stopped instance={}", config.instance());
  }

  @Override
  public HealthCheckResponse call() {
    FailoverService running = service;
    if (running == null) {
      return HealthCheckResponse.named("shards").down().withData("state", "STARTING").build();
    }
    Optional<String> trouble = running.hostsTrouble();
    return HealthCheckResponse.named("shards")
        .status(running.runtime().isReady() && trouble.isEmpty())
        .withData("state", running.runtime().state().name())
        .withData("hosts", trouble.orElse("known"))
        .build();
  }

  /** Reads events that come over HTTP. */
  EventInbox inbox() {
    return inbox;
  }

  /** Publishes them; only while the service runs. */
  EventPublisher publisher() {
    return running().publisher();
  }

  /** The states of the shards of this instance, by shard. */
  Map<String, FailoverState> states() {
    return running().runtime().snapshot();
  }

  private FailoverService running() {
    FailoverService running = service;
    if (running == null) {
      throw new IllegalStateException("the service is starting or stopping: ask again in a moment");
    }
    return running;
  }

  private void measure(ShardRuntime<FailoverState> runtime) {
    ObservationGauges.register(meters, () -> runtime.snapshot().values(), InstantSource.system());
    RuntimeMetrics.gauges()
        .forEach(
            (name, value) ->
                Gauge.builder(name, runtime, r -> value.applyAsDouble(r.metrics()))
                    .register(meters));
    for (Condition condition : Condition.values()) {
      Gauge.builder("reseed.shards.condition", runtime, r -> inCondition(r, condition))
          .tag("condition", condition.name())
          .register(meters);
    }
  }

  private static long inCondition(ShardRuntime<FailoverState> runtime, Condition condition) {
    return runtime.snapshot().values().stream()
        .map(FailoverState::status)
        .filter(status -> isIn(status, condition))
        .count();
  }

  private static boolean isIn(@Nullable ShardStatus status, Condition condition) {
    return status != null && status.condition() == condition;
  }
}
