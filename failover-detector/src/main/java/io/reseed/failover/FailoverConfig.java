package io.reseed.failover;

import io.reseed.failover.machine.FailoverPolicy;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The service's settings; unknown keys under {@code reseed} are errors. */
@ConfigMapping(prefix = "reseed")
interface FailoverConfig {
  /** Unique name of this process, seen in what it publishes. */
  String instance();

  Kafka kafka();

  Mysql mysql();

  Store store();

  Detector detector();

  /** How to reach Kafka. */
  interface Kafka {
    String bootstrapServers();

    /** Before every topic's name. */
    Optional<String> topicPrefix();

    /** Of this instance alone. */
    Path stateDirectory();

    /** The broker gives the shards of an instance without a heartbeat for so long to others. */
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
  }

  /** One account. */
  interface Account {
    String user();

    String password();
  }

  /** Where the backups are; read only. */
  interface Store {
    /** Empty for AWS' own of the region. */
    Optional<URI> endpoint();

    @WithDefault("us-east-1")
    String region();

    String bucket();

    /** Before every key. */
    Optional<String> prefix();

    /** With {@link #secretKey}; without both, the AWS default chain. */
    Optional<String> accessKey();

    Optional<String> secretKey();

    /** The bucket in the path rather than in the host name. */
    @WithDefault("false")
    boolean pathStyle();
  }

  /** See {@link FailoverPolicy}. */
  interface Detector {
    @WithDefault("2s")
    Duration observeInterval();

    @WithDefault("30s")
    Duration unobservedAfter();

    /** For a connection to a server and, separately, each query. */
    @WithDefault("2s")
    Duration probeTimeout();

    @WithDefault("3")
    int primaryProbeFailures();

    @WithDefault("120s")
    Duration replicaLostAfter();

    @WithDefault("60s")
    Duration progressTimeout();

    @WithDefault("60s")
    Duration answerTimeout();

    /** A host without a heartbeat for longer gets no server. */
    @WithDefault("15s")
    Duration hostHeartbeatTimeout();

    @WithDefault("60s")
    Duration claimRetention();

    @WithDefault("7d")
    Duration undeclaredRetention();

    @WithDefault("60s")
    Duration statusRefreshInterval();

    @WithDefault("5s")
    Duration retryInterval();

    @WithDefault("1s")
    Duration backoffMin();

    @WithDefault("60s")
    Duration backoffMax();

    @WithDefault("5")
    int attemptsMax();

    @WithDefault("300s")
    Duration exhaustedRetryInterval();

    /** How long a publisher at the HTTP endpoint waits for Kafka at most. */
    @WithDefault("5s")
    Duration publishTimeout();
  }
}
