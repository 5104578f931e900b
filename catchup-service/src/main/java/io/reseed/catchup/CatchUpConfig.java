package io.reseed.catchup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The service's settings; unknown keys under {@code reseed} are errors. */
@ConfigMapping(prefix = "reseed")
interface CatchUpConfig {
  /** Unique name of this process, seen in what it publishes. */
  String instance();

  Kafka kafka();

  Mysql mysql();

  CatchUpSettings catchup();

  /** How to reach Kafka. */
  interface Kafka {
    String bootstrapServers();

    /** Before every topic's name. */
    @WithDefault("")
    java.util.Optional<String> topicPrefix();

    /** Of this instance alone. */
    Path stateDirectory();

    /** After this silence the broker gives a dead instance's shards to others. */
    @WithDefault("6s")
    Duration sessionTimeout();
  }

  /** How to reach the servers. */
  interface Mysql {
    /** By cluster name. */
    Map<String, Accounts> accounts();
  }

  /** The accounts of one cluster. */
  interface Accounts {
    Account observer();

    Account agent();

    Account replicator();
  }

  /** One account. */
  interface Account {
    String user();

    String password();
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
