package io.reseed.restore;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.reseed.agent.AgentSnapshot;
import io.reseed.backup.store.BandwidthFile;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.SeedingAssigned;
import io.reseed.fleet.ConfigProblems;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.service.HostStoreConfig;
import io.reseed.service.Readiness;
import io.reseed.service.Service;
import io.reseed.service.ServiceIdentity;
import io.reseed.service.ServiceParts;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.TreeSet;

/** The service: one host's agent. */
@Singleton
class RestoreApplication implements Service {
  private final RestoreConfig config;

  RestoreApplication(RestoreConfig config) {
    this.config = config;
  }

  @Override
  public ServiceIdentity identity() {
    return ServiceIdentity.of("restore-service", config.instance(), config.kafka());
  }

  @Override
  public void check(ConfigProblems problems) {
    problems
        .check(() -> RestoreConfig.host(config.host()))
        .check(() -> RestoreConfig.policy(config.restore()))
        .check(() -> RestoreConfig.store(config.store()))
        .check(() -> HostStoreConfig.keys(config.store()))
        .check(() -> config.store().bandwidthFile().ifPresent(BandwidthFile::check));
  }

  @Override
  public void open(ServiceParts parts) {
    HostProfile host = RestoreConfig.host(config.host());
    RestoreService.Surroundings around =
        new RestoreService.Surroundings(
            parts.kafka(),
            identity().topics(),
            RestoreConfig.store(config.store()),
            HostStoreConfig.keys(config.store()),
            config.store().bandwidthFile(),
            MysqlTree.locate(),
            RestoreConfig.accounts(config.mysql()));
    RestoreService agent =
        parts.opened(RestoreService.start(host, RestoreConfig.policy(config.restore()), around));
    parts.readyWhen(() -> readiness(agent));
    measure(parts.meters(), agent, host.address());
  }

  private static Readiness readiness(RestoreService agent) {
    AgentSnapshot<SeedingAssigned, Job> snapshot = agent.snapshot();
    Readiness readiness = Readiness.of(agent.isReady()).with("jobs", snapshot.jobs().size());
    if (snapshot.idleReason().isPresent()) {
      readiness = readiness.with("reason", snapshot.idleReason().get());
    }
    if (!snapshot.unclaimed().isEmpty()) {
      readiness =
          readiness.with(
              "unclaimedJobs",
              new TreeSet<>(snapshot.unclaimed().stream().map(String::valueOf).toList())
                  .toString());
    }
    return snapshot.unreadable().isEmpty()
        ? readiness
        : readiness.with("unreadableJobs", String.join("; ", snapshot.unreadable()));
  }

  private static void measure(MeterRegistry meters, RestoreService agent, String address) {
    for (HeldState state : HeldState.values()) {
      meters.gauge(
          "reseed.servers.held",
          Tags.of("state", state.name().toLowerCase(Locale.ROOT)),
          agent,
          running -> count(running, address, state));
    }
    meters.gauge("reseed.jobs.unclaimed", agent, running -> running.snapshot().unclaimed().size());
  }

  private static long count(RestoreService agent, String address, HeldState state) {
    return agent.snapshot().jobs().stream()
        .filter(job -> job.held(address).state() == state)
        .count();
  }
}
