package io.reseed.validator;

import io.reseed.agent.Reporter;
import io.reseed.backup.catalogue.Catalogue;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.store.Bandwidth;
import io.reseed.backup.store.ObjectStore;
import io.reseed.coordinator.ShardRuntime;
import io.reseed.fleet.ConfigProblems;
import io.reseed.mysql.server.MysqlTree;
import io.reseed.service.Agents;
import io.reseed.service.Coordinators;
import io.reseed.service.FollowedHosts;
import io.reseed.service.HostStoreConfig;
import io.reseed.service.ServersConfig;
import io.reseed.service.Service;
import io.reseed.service.ServiceIdentity;
import io.reseed.service.ServiceParts;
import io.reseed.validator.cycle.BackupMetrics;
import io.reseed.validator.cycle.CycleService;
import io.reseed.validator.cycle.CycleState;
import io.reseed.validator.proof.ProofAgent;
import io.reseed.validator.proof.ProofHost;
import io.reseed.validator.proof.ProofWork;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;

/** The service: a coordinator, and on a backup host the agent that makes and proves backups. */
@Singleton
class ValidatorApplication implements Service {
  private final ValidatorConfig config;
  private final SnapshotOptions snapshots;

  @Inject
  ValidatorApplication(ValidatorConfig config) {
    this(config, SnapshotOptions.defaults());
  }

  /** With other snapshots where the configuration is silent. */
  ValidatorApplication(ValidatorConfig config, SnapshotOptions snapshots) {
    this.config = config;
    this.snapshots = snapshots;
  }

  @Override
  public ServiceIdentity identity() {
    return ServiceIdentity.of("validator-service", config.instance(), config.kafka());
  }

  @Override
  public void check(ConfigProblems problems) {
    Settings.check(config, snapshots, problems);
  }

  @Override
  public void open(ServiceParts parts) throws InterruptedException {
    config
        .mysql()
        .accounts()
        .forEach((cluster, accounts) -> ServersConfig.warn(cluster, accounts.servers()));
    StoreAdmission admission =
        parts.opened(
            StoreAdmission.begin(Settings.store(config), config.validator().retryInterval()));
    parts.failsWith(admission.refusal());
    ObjectStore store = parts.opened(Settings.store(config).open());
    FollowedHosts hosts = FollowedHosts.open(parts, config.validator().hostHeartbeatTimeout());
    Bandwidth bandwidth = HostStoreConfig.bandwidth(config.store(), parts);
    Settings.host(config, Settings.transfer(config.validator(), snapshots, bandwidth))
        .ifPresent(host -> openAgent(parts, host, store));
    CycleService.Means means =
        new CycleService.Means(
            new Catalogue(store),
            hosts.registry(),
            Settings.observers(config.mysql()),
            config.validator().cyclesMax());
    ShardRuntime<CycleState> cycles =
        Coordinators.start(
            parts,
            config.kafka(),
            CycleService.of(
                identity().applicationId(),
                identity().topics(),
                Settings.policy(config.validator()),
                means));
    parts.opened(BackupMetrics.start(parts.meters(), cycles::snapshot));
  }

  private void openAgent(ServiceParts parts, ProofHost host, ObjectStore store) {
    ProofWork.Means means =
        new ProofWork.Means(
            Settings.repository(config, store),
            MysqlTree.locate(),
            InstantSource.system(),
            new SecureRandom());
    Reporter reporter = Agents.reporter(parts, means.clock());
    ProofAgent agent = parts.opened(ProofAgent.start(host, means, Agents.source(parts), reporter));
    Agents.show(parts, host.name(), agent::snapshot);
  }
}
