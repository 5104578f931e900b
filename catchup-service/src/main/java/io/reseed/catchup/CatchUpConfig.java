package io.reseed.catchup;

import io.reseed.service.AccountConfig;
import io.reseed.service.CoordinatorKafkaConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

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
    Duration silenceMax();

    @WithDefault("2s")
    Duration lagMax();

    @WithDefault("3")
    int lagSamples();
  }
}
