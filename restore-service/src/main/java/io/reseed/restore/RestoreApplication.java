package io.reseed.restore;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reseed.agent.AgentSnapshot;
import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.store.BandwidthFile;
import io.reseed.backup.store.StoreSettings;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.SeedingAssigned;
import io.reseed.fleet.ConfigProblems;
import io.reseed.kafka.EventTopics;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.server.MysqlTree;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the service, and says how it is. */
@ApplicationScoped
@Readiness
class RestoreApplication implements HealthCheck {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreApplication.class);

  private final RestoreConfig config;
  private final MeterRegistry meters;
  private volatile @Nullable RestoreService service;

  RestoreApplication(RestoreConfig config, MeterRegistry meters) {
    this.config = config;
    this.meters = meters;
  }

  void start(@Observes StartupEvent event) {
    check(config);
    HostProfile host = host(config.host());
    RestoreService started =
        RestoreService.start(host, policy(config.restore()), surroundings(config));
    service = started;
    for (HeldState state : HeldState.values()) {
      meters.gauge(
          "reseed.servers.held",
          Tags.of("state", state.name().toLowerCase(Locale.ROOT)),
          started,
          running -> count(running, host, state));
    }
    meters.gauge(
        "reseed.jobs.unclaimed", started, running -> running.snapshot().unclaimed().size());
    LOG.info("service started instance={} host={}", config.instance(), host.name());
  }

  private static long count(RestoreService running, HostProfile host, HeldState state) {
    return running.snapshot().jobs().stream()
        .filter(job -> job.held(host.address()).state() == state)
        .count();
  }

  void stop(@Observes ShutdownEvent event) {
    RestoreService running = service;
    if (running != null) {
      running.close();
    }
    LOG.info("service stopped instance={}", config.instance());
  }

  @Override
  public HealthCheckResponse call() {
    RestoreService running = service;
    HealthCheckResponseBuilder health = HealthCheckResponse.named("agent");
    if (running == null) {
      return health.down().build();
    }
    AgentSnapshot<SeedingAssigned, Job> snapshot = running.snapshot();
    health.status(running.isReady()).withData("jobs", snapshot.jobs().size());
    snapshot.idleReason().ifPresent(reason -> health.withData("reason", reason));
    if (!snapshot.unclaimed().isEmpty()) {
      health.withData(
          "unclaimedJobs",
          new TreeSet<>(snapshot.unclaimed().stream().map(String::valueOf).toList()).toString());
    }
    if (!snapshot.unreadable().isEmpty()) {
      health.withData("unreadableJobs", String.join("; ", snapshot.unreadable()));
    }
    return health.build();
  }

  /**
   * Looks at all that the configuration says, and connects nothing.
   *
   * @throws IllegalArgumentException that names everything that is wrong
   */
  static void check(RestoreConfig config) {
    new ConfigProblems()
        .check(() -> host(config.host()))
        .check(() -> policy(config.restore()))
        .check(() -> store(config.store()))
        .check(() -> masterKeys(config.store()))
        .check(() -> config.store().bandwidthFile().ifPresent(BandwidthFile::check))
        .refuse();
  }

  private static MasterKeys masterKeys(RestoreConfig.Store store) {
    return LocalMasterKeys.configured(store.masterKeysFile(), store.masterKeys());
  }

  private static HostProfile host(RestoreConfig.Host host) {
    return new HostProfile(
        host.name(),
        host.pool(),
        host.zone(),
        host.address(),
        host.portFirst(),
        host.portLast(),
        host.directory(),
        host.slots(),
        host.bytesReserved(),
        host.bufferPoolMegabytes());
  }

  static RestorePolicy policy(RestoreConfig.RestoreSettings settings) {
    return new RestorePolicy(
        settings.heartbeatInterval(),
        settings.restoresMax(),
        settings.megabytesMax(),
        settings.storePatience(),
        settings.startTimeout(),
        settings.cloneTimeout(),
        settings.cloneMegabytesPerSecondMax(),
        settings.deathGrace(),
        settings.retryInterval());
  }

  private static RestoreService.Surroundings surroundings(RestoreConfig config) {
    return new RestoreService.Surroundings(
        Map.of("bootstrap.servers", config.kafka().bootstrapServers()),
        new EventTopics(
            config.kafka().topicPrefix().orElse(""), "restore-service", config.instance()),
        store(config.store()),
        masterKeys(config.store()),
        config.store().bandwidthFile(),
        MysqlTree.locate(),
        accounts(config.mysql()));
  }

  static StoreSettings store(RestoreConfig.Store store) {
    return new StoreSettings(
        store.endpoint().orElse(null),
        store.region(),
        store.bucket(),
        store.prefix().orElse(""),
        StoreSettings.Credentials.of(store.accessKey(), store.secretKey()),
        store.pathStyle(),
        StoreSettings.Client.defaults());
  }

  private static Map<String, Servers.Accounts> accounts(RestoreConfig.Mysql mysql) {
    return mysql.accounts().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry ->
                    new Servers.Accounts(
                        credentials(entry.getValue().agent()),
                        credentials(entry.getValue().donor()))));
  }

  private static Credentials credentials(RestoreConfig.Account account) {
    return new Credentials(account.user(), account.password());
  }
}
