package io.reseed.validator;

import io.reseed.backup.part.ZstdLibrary;
import io.reseed.backup.restore.RestoreOptions;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.store.Bandwidth;
import io.reseed.backup.store.BandwidthFile;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.StoreSettings;
import io.reseed.fleet.ConfigProblems;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.trust.ServerTrust;
import io.reseed.service.AccountConfig;
import io.reseed.service.HostStoreConfig;
import io.reseed.service.ServersConfig;
import io.reseed.service.StoreConfig;
import io.reseed.validator.cycle.CyclePolicy;
import io.reseed.validator.proof.ProofHost;
import io.reseed.validator.proof.ProofWork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the configuration means to the parts of the service. */
public final class Settings {
  /** Beyond it the callers wait and try again themselves, and say so meanwhile. */
  private static final Duration STORE_RETRY_BUDGET_MAX = Duration.ofSeconds(20);

  private static final long MEGABYTE = 1_000_000;

  private Settings() {}

  /** Looks at all that the configuration says, and connects nothing. */
  static void check(ValidatorConfig config, SnapshotOptions snapshots, ConfigProblems problems) {
    problems
        .check(ZstdLibrary::require)
        .check(() -> observers(config.mysql()))
        .check(() -> store(config))
        .check(() -> policy(config.validator()))
        .check(() -> transfer(config.validator(), snapshots, Bandwidth.unlimited()))
        .check(() -> bounds(config.validator()))
        .check(() -> config.store().bandwidthFile().ifPresent(BandwidthFile::check));
    if (config.host().isPresent()) {
      problems
          .check(() -> CheckSettings.of(config.checks()))
          .check(() -> HostStoreConfig.keys(config.store()));
    }
  }

  static CyclePolicy policy(ValidatorConfig.ValidatorSettings settings) {
    return new CyclePolicy(
        settings.catalogueInterval(),
        settings.retryInterval(),
        settings.progressTimeout(),
        new CyclePolicy.Donor(settings.primaryDonorAllowed(), settings.replicaWaitMax()),
        new CyclePolicy.Attempts(
            settings.attemptsMax(), settings.backoffMax(), settings.cycleRetryInterval()),
        new CyclePolicy.Backups(
            settings.cycleInterval(),
            settings.cycleJitter(),
            null,
            settings.readBack(),
            settings.tableCheckCycles(),
            settings.contentCheckCycles(),
            List.of()));
  }

  /** Where backups lie, and how long its client tries by itself. */
  public static StoreSettings store(ValidatorConfig config) {
    Duration part = config.validator().storeGracePeriod().dividedBy(3);
    return StoreConfig.settings(
        config.store(), part.compareTo(STORE_RETRY_BUDGET_MAX) < 0 ? part : STORE_RETRY_BUDGET_MAX);
  }

  /** What backups are made in; a process that coordinates only needs no keys. */
  public static ProofWork.Repository repository(ValidatorConfig config, ObjectStore store) {
    return new ProofWork.Repository(
        store, HostStoreConfig.keys(config.store()), config.validator().encryptionMayEnd());
  }

  static Map<String, Credentials> observers(ValidatorConfig.Mysql mysql) {
    Map<String, Credentials> observers = new HashMap<>();
    mysql
        .accounts()
        .forEach(
            (cluster, accounts) ->
                observers.put(
                    cluster,
                    AccountConfig.credentials(
                        accounts.observer(), ServersConfig.trust(cluster, accounts.servers()))));
    return observers;
  }

  /** Empty for a process that coordinates only. */
  public static Optional<ProofHost> host(ValidatorConfig config, ProofHost.Transfer transfer) {
    return config
        .host()
        .map(
            host ->
                new ProofHost(
                    host.name(),
                    host.directory(),
                    hostAccounts(config.mysql()),
                    transfer,
                    CheckSettings.of(config.checks()),
                    bounds(config.validator())));
  }

  /**
   * How the host's snapshots and read-backs are done.
   *
   * @param snapshots with what the configuration says nothing of
   * @param bandwidth of all of them together
   * @throws IllegalArgumentException that names everything that is wrong
   */
  public static ProofHost.Transfer transfer(
      ValidatorConfig.ValidatorSettings settings, SnapshotOptions snapshots, Bandwidth bandwidth) {
    List<String> problems = new ArrayList<>();
    SnapshotOptions fitted = snapshots;
    try {
      fitted = fitted.withZstdLevel(settings.zstdLevel());
    } catch (IllegalArgumentException e) {
      problems.add("reseed.validator.zstd-level must be 0 to 19, not " + settings.zstdLevel());
    }
    try {
      fitted = fitted.withinMemory((long) settings.snapshotMegabytesMax() * MEGABYTE);
    } catch (IllegalArgumentException e) {
      problems.add("reseed.validator.snapshot-megabytes-max is too small: " + e.getMessage());
    }
    if (settings.readBackMegabytesMax() < 1) {
      problems.add("reseed.validator.read-back-megabytes-max must be 1 or more");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new ProofHost.Transfer(
        fitted.withBandwidth(bandwidth),
        RestoreOptions.defaults()
            .withMemory((long) settings.readBackMegabytesMax() * MEGABYTE)
            .withBandwidth(bandwidth));
  }

  private static Map<String, ProofHost.Accounts> hostAccounts(ValidatorConfig.Mysql mysql) {
    Map<String, ProofHost.Accounts> all = new HashMap<>();
    mysql
        .accounts()
        .forEach(
            (cluster, accounts) ->
                accounts
                    .agent()
                    .ifPresent(agent -> all.put(cluster, hostAccounts(cluster, accounts, agent))));
    return all;
  }

  private static ProofHost.Accounts hostAccounts(
      String cluster, ValidatorConfig.Accounts accounts, AccountConfig agent) {
    ServerTrust trust = ServersConfig.trust(cluster, accounts.servers());
    return new ProofHost.Accounts(
        AccountConfig.credentials(agent, trust),
        AccountConfig.credentials(accounts.observer(), trust),
        accounts.checker().map(checker -> AccountConfig.credentials(checker, trust)));
  }

  private static ProofHost.Bounds bounds(ValidatorConfig.ValidatorSettings settings) {
    return new ProofHost.Bounds(
        settings.snapshotsMax(),
        settings.stopTimeout(),
        settings.startTimeout(),
        settings.storeGracePeriod(),
        settings.primaryGracePeriod(),
        settings.retryInterval());
  }
}
