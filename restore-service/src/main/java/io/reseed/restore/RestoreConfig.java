package io.reseed.restore;

import io.reseed.events.HostStatus;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The service's settings; unknown keys under {@code reseed} are errors. */
@ConfigMapping(prefix = "reseed")
interface RestoreConfig {
  /** Unique name of this process, seen in what it publishes. */
  String instance();

  Kafka kafka();

  Mysql mysql();

  Store store();

  Host host();

  RestoreSettings restore();

  /** How to reach Kafka. */
  interface Kafka {
    String bootstrapServers();

    /** Before every topic's name. */
    Optional<String> topicPrefix();
  }

  /** How to reach the servers that are made here, and the donors. */
  interface Mysql {
    /** By cluster name. */
    Map<String, Accounts> accounts();
  }

  /** The accounts of one cluster. */
  interface Accounts {
    Account agent();

    Account donor();
  }

  /** One account. */
  interface Account {
    String user();

    String password();
  }

  /** Where the backups lie. */
  interface Store {
    /** Absent for AWS' own of the region. */
    Optional<URI> endpoint();

    @WithDefault("us-east-1")
    String region();

    String bucket();

    Optional<String> prefix();

    /** Absent, together with the secret, for the AWS default chain. */
    Optional<String> accessKey();

    Optional<String> secretKey();

    @WithDefault("false")
    boolean pathStyle();

    /**
     * A file with a line for each master key: a name and 32 bytes in base64. Backups that are
     * encrypted are read with it.
     */
    Optional<Path> masterKeysFile();

    /** The same as a text, for an environment variable. */
    Optional<String> masterKeys();

    /** Limits what is read here, and may be changed at any time. */
    Optional<Path> bandwidthFile();
  }

  /** See {@link HostProfile}. */
  interface Host {
    String name();

    HostStatus.Pool pool();

    String zone();

    String address();

    int portFirst();

    int portLast();

    Path directory();

    int slots();

    @WithDefault("10000000000")
    long bytesReserved();

    @WithDefault("1024")
    int bufferPoolMegabytes();
  }

  /** See {@link RestorePolicy}. */
  interface RestoreSettings {
    @WithDefault("5s")
    Duration heartbeatInterval();

    @WithDefault("2")
    int restoresMax();

    /** Buffers of one restore. */
    @WithDefault("192")
    int megabytesMax();

    @WithDefault("10m")
    Duration storePatience();

    @WithDefault("10m")
    Duration startTimeout();

    @WithDefault("12h")
    Duration cloneTimeout();

    @WithDefault("0")
    int cloneMegabytesPerSecondMax();

    @WithDefault("10s")
    Duration deathGrace();

    @WithDefault("5s")
    Duration retryInterval();
  }
}
