package io.reseed.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.reseed.fleet.FailureException;
import io.reseed.kafka.BrokerRefusedException;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the process' service, says how it is, and stops it. */
@Singleton
@org.eclipse.microprofile.health.Readiness
class ServiceRunner implements HealthCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceRunner.class);

  private final Service service;
  private final KafkaSettings kafka;
  private final MeterRegistry meters;
  private volatile @Nullable ServiceParts parts;

  ServiceRunner(
      Service service,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      Config config,
      MeterRegistry meters) {
    this.service = service;
    this.kafka = KafkaSettings.of(kafka, config);
    this.meters = meters;
  }

  void start(@Observes StartupEvent event) throws InterruptedException {
    kafka.tell();
    ServiceParts started = startedOrEnd();
    parts = started;
    var _ = started.failure().thenAccept(this::end);
    LOG.info("service started instance={}", service.identity().instance());
  }

  private ServiceParts startedOrEnd() throws InterruptedException {
    try {
      return ServiceParts.open(service, kafka.values(), meters);
    } catch (FailureException e) {
      throw refused(e.getMessage() + ": " + e.hint(), e);
    } catch (BrokerRefusedException | IllegalArgumentException | IllegalStateException e) {
      throw refused(String.valueOf(e.getMessage()), e);
    }
  }

  /** What an operator can correct is told in one sentence, without the place in our code. */
  private RuntimeException refused(String reason, RuntimeException cause) {
    ServiceIdentity identity = service.identity();
    LOG.error("service not started instance={} reason={}", identity.instance(), reason);
    LOG.debug("service not started instance={}", identity.instance(), cause);
    return new ConfigurationException(identity.service() + " not started: " + reason);
  }

  private void end(Throwable cause) {
    if (cause instanceof BrokerRefusedException || cause instanceof FailureException) {
      LOG.error(
          "service failed, the process ends instance={} reason={}",
          service.identity().instance(),
          cause.getMessage());
    } else {
      LOG.error(
          "service failed, the process ends instance={}", service.identity().instance(), cause);
    }
    Quarkus.asyncExit(1);
  }

  void stop(@Observes ShutdownEvent event) {
    ServiceParts running = parts;
    parts = null;
    if (running != null) {
      running.close();
    }
    LOG.info("service stopped instance={}", service.identity().instance());
  }

  @Override
  public HealthCheckResponse call() {
    ServiceParts running = parts;
    Readiness readiness =
        running == null ? Readiness.of(false).with("state", "STARTING") : running.readiness();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named(service.identity().service()).status(readiness.isReady());
    readiness.data().forEach(response::withData);
    return response.build();
  }
}
