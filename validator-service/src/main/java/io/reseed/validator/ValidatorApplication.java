package io.reseed.validator;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.validator.cycle.BackupMetrics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the service, and says how it is. */
@ApplicationScoped
@Readiness
class ValidatorApplication implements HealthCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ValidatorApplication.class);

  private final ValidatorConfig config;
  private final MeterRegistry meters;
  private volatile @Nullable ValidatorService service;
  private volatile @Nullable BackupMetrics metrics;

  ValidatorApplication(ValidatorConfig config, MeterRegistry meters) {
    this.config = config;
    this.meters = meters;
  }

  void start(@Observes StartupEvent event) throws InterruptedException {
    ValidatorService started = ValidatorService.start(config, SnapshotOptions.defaults());
    service = started;
    metrics =
        BackupMetrics.start(
            meters, new BackupMetrics.Source(started::shards, () -> started.cycles().metrics()));
    started
        .failure()
        .thenAccept(
            cause -> {
              LOG.error("service failed, the process ends instance={}", config.instance(), cause);
              Quarkus.asyncExit(1);
            });
    LOG.info(
        "service started instance={} host={}",
        config.instance(),
        config.host().map(ValidatorConfig.Host::name).orElse("none"));
  }

  void stop(@Observes ShutdownEvent event) {
    BackupMetrics measuring = metrics;
    if (measuring != null) {
      measuring.close();
    }
    ValidatorService running = service;
    if (running != null) {
      running.close();
    }
    LOG.info("service stopped instance={}", config.instance());
  }

  @Override
  public HealthCheckResponse call() {
    ValidatorService running = service;
    return HealthCheckResponse.named("shards")
        .status(running != null && running.isReady())
        .withData("state", running == null ? "STARTING" : running.state().name())
        .build();
  }
}
