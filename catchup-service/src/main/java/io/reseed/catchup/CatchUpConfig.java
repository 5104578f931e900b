package io.reseed.catchup;

import io.reseed.mysql.ServerSettings;
import io.reseed.mysql.replication.CatchUp;
import io.reseed.mysql.trust.ServerTrust;
import io.reseed.service.AccountConfig;
import io.reseed.service.CoordinatorKafkaConfig;
import io.reseed.service.ServersConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The service's settings; unknown keys under {@code reseed} are errors. */
@ConfigMapping(prefix = "reseed")
interface CatchUpConfig {
  /** Unique name of this process, seen in what it publishes. */
  String instance();

  CoordinatorKafkaConfig kafka();

  Mysql mysql();

  CatchUpSettings catchup();

  /** How to reach the servers. */
  interface Mysql {
    /** By cluster name. */
    Map<String, Accounts> accounts();
  }

  /** The accounts of one cluster. */
  interface Accounts {
    ServersConfig servers();

    AccountConfig observer();

    AccountConfig agent();

    AccountConfig replicator();
  }

  /** See {@link CatchUpPolicy}. */
  interface CatchUpSettings {
    @WithDefault("1s")
    Duration sampleInterval();

    @WithDefault("2s")
    Duration retryInterval();

    @WithDefault("120s")
    Duration stallMax();

    @WithDefault("20s")
    Duration answerTimeout();

    @WithDefault("2s")
    Duration lagMax();

    @WithDefault("3")
    int lagSamples();

    /** Settings that a server must have as its source has them before it is handed over. */
    Optional<Set<String>> differencesBlocking();
  }

  static CatchUpPolicy policy(CatchUpSettings settings) {
    return new CatchUpPolicy(
        settings.sampleInterval(),
        settings.retryInterval(),
        settings.stallMax(),
        settings.answerTimeout(),
        new CatchUp.Bound(settings.lagMax().toMillis(), settings.lagSamples()),
        ServerSettings.requireNames(
            "reseed.catchup.differences-blocking",
            settings.differencesBlocking().orElse(Set.of())));
  }

  static Map<String, CatchUpWorker.Accounts> accounts(Mysql mysql) {
    return mysql.accounts().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> accounts(entry.getKey(), entry.getValue())));
  }

  private static CatchUpWorker.Accounts accounts(String cluster, Accounts accounts) {
    ServerTrust trust = ServersConfig.trust(cluster, accounts.servers());
    return new CatchUpWorker.Accounts(
        AccountConfig.credentials(accounts.observer(), trust),
        AccountConfig.credentials(accounts.agent(), trust),
        AccountConfig.credentials(accounts.replicator(), trust));
  }
}
