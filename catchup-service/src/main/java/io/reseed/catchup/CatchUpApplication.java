package io.reseed.catchup;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reseed.coordinator.RuntimeConfig;
import io.reseed.coordinator.RuntimeMetrics;
import io.reseed.coordinator.ShardRuntime;
import io.reseed.coordinator.ShardService;
import io.reseed.coordinator.StateCodec;
import io.reseed.events.codec.EventJson;
import io.reseed.kafka.EventTopics;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.replication.CatchUp;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the service. */
@ApplicationScoped
@Readiness
class CatchUpApplication implements HealthCheck {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUpApplication.class);

  private final CatchUpConfig config;
  private final MeterRegistry meters;
  private volatile @Nullable ShardRuntime<CatchUpState> runtime;

  CatchUpApplication(CatchUpConfig config, MeterRegistry meters) {
    this.config = config;
    this.meters = meters;
  }

  void start(@Observes StartupEvent event) throws InterruptedException {
    ShardRuntime<CatchUpState> started = ShardRuntime.start(service(config), runtimeConfig(config));
    runtime = started;
    RuntimeMetrics.gauges()
        .forEach(
            (name, value) ->
                meters.gauge(name, started, running -> value.applyAsDouble(running.metrics())));
    started
        .failure()
        .thenAccept(
            cause -> {
              LOG.error("service failed, the process ends instance={}", config.instance(), cause);
              Quarkus.asyncExit(1);
            });
    LOG.info("service started instance={}", config.instance());
  }

  void stop(@Observes ShutdownEvent event) {
    ShardRuntime<CatchUpState> running = runtime;
    if (running != null) {
      running.close();
    }
    LOG.info("service stopped instance={}", config.instance());
  }

  @Override
  public HealthCheckResponse call() {
    ShardRuntime<CatchUpState> running = runtime;
    return HealthCheckResponse.named("shards")
        .status(running != null && running.isReady())
        .withData("state", running == null ? "STARTING" : running.state().name())
        .build();
  }

  static ShardService<CatchUpState, CatchUpInput, CatchUpEvent, CatchUpEffect> service(
      CatchUpConfig config) {
    EventTopics topics =
        new EventTopics(
            config.kafka().topicPrefix().orElse(""), "catchup-service", config.instance());
    JsonMapper mapper = JsonMapper.builder().addModule(EventJson.types()).build();
    return new ShardService<>(
        config.kafka().topicPrefix().orElse("") + "reseed-catchup-service",
        new CatchUpMachine(policy(config.catchup())),
        CatchUpInputs.of(topics),
        new CatchUpOutlet(topics),
        topics.deadLetters(),
        StateCodec.json(mapper, CatchUpState.class, CatchUpState.VERSION),
        new CatchUpWorker(accounts(config.mysql())));
  }

  private static RuntimeConfig runtimeConfig(CatchUpConfig config) {
    RuntimeConfig.Timing timing = RuntimeConfig.Timing.defaults();
    return RuntimeConfig.of(
            Map.of("bootstrap.servers", config.kafka().bootstrapServers()),
            config.kafka().stateDirectory())
        .withTiming(
            new RuntimeConfig.Timing(
                config.kafka().sessionTimeout(),
                config.kafka().sessionTimeout().dividedBy(3),
                timing.commit(),
                timing.transaction(),
                timing.topicWait()));
  }

  static CatchUpPolicy policy(CatchUpConfig.CatchUpSettings settings) {
    return new CatchUpPolicy(
        settings.sampleInterval(),
        settings.retryInterval(),
        settings.stallMax(),
        settings.silenceMax(),
        new CatchUp.Bound(settings.lagMax().toMillis(), settings.lagSamples()));
  }

  private static Map<String, CatchUpWorker.Accounts> accounts(CatchUpConfig.Mysql mysql) {
    return mysql.accounts().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry ->
                    new CatchUpWorker.Accounts(
                        credentials(entry.getValue().observer()),
                        credentials(entry.getValue().agent()),
                        credentials(entry.getValue().replicator()))));
  }

  private static Credentials credentials(CatchUpConfig.Account account) {
    return new Credentials(account.user(), account.password());
  }
}
