package io.reseed.catchup;

import io.reseed.mysql.replication.CatchUp;
import io.reseed.service.AccountConfig;
import io.reseed.service.CoordinatorKafkaConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
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
  }

  static CatchUpPolicy policy(CatchUpSettings settings) {
    return new CatchUpPolicy(
        settings.sampleInterval(),
        settings.retryInterval(),
        settings.stallMax(),
        settings.answerTimeout(),
        new CatchUp.Bound(settings.lagMax().toMillis(), settings.lagSamples()));
  }

  static Map<String, CatchUpWorker.Accounts> accounts(Mysql mysql) {
    return mysql.accounts().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> accounts(entry.getValue())));
  }

  private static CatchUpWorker.Accounts accounts(Accounts accounts) {
    return new CatchUpWorker.Accounts(
        AccountConfig.credentials(accounts.observer()),
        AccountConfig.credentials(accounts.agent()),
        AccountConfig.credentials(accounts.replicator()));
  }
}
