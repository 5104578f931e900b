package io.reseed.validator;

import io.reseed.service.AccountConfig;
import io.reseed.service.CoordinatorKafkaConfig;
import io.reseed.service.HostStoreConfig;
import io.reseed.service.ServersConfig;
import io.reseed.validator.cycle.CyclePolicy;
import io.reseed.validator.proof.ProofChecks;
import io.reseed.validator.proof.ProofHost;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The service's settings; unknown keys under {@code reseed} are errors. */
@ConfigMapping(prefix = "reseed")
public interface ValidatorConfig {
  /** Unique name of this process, seen in what it publishes. */
  String instance();

  CoordinatorKafkaConfig kafka();

  Mysql mysql();

  HostStoreConfig store();

  /** Absent for a process that coordinates only. */
  Optional<Host> host();

  ValidatorSettings validator();

  Checks checks();

  /** How to reach the servers. */
  interface Mysql {
    /** By cluster name. */
    Map<String, Accounts> accounts();
  }

  /** The accounts of one cluster. */
  interface Accounts {
    ServersConfig servers();

    AccountConfig observer();

    /** Needed on a backup host only. */
    Optional<AccountConfig> agent();

    /** On a backup host: without it no contents are compared with a replica's. */
    Optional<AccountConfig> checker();
  }

  /** What is checked on a backup host; see {@link ProofChecks}. */
  interface Checks {
    Limits limits();

    /** By cluster name. */
    @WithParentName
    Map<String, ClusterChecks> clusters();
  }

  /** How long one check may take in one cycle. */
  interface Limits {
    @WithDefault("30m")
    Duration checkTable();

    @WithDefault("30m")
    Duration contents();

    /** For each of them. */
    @WithDefault("1m")
    Duration assertion();

    @WithDefault("10m")
    Duration tablesOpen();
  }

  /** The operator's own checks of one cluster's shards. */
  interface ClusterChecks {
    /** By name. */
    Map<String, Assertion> assertions();
  }

  /** One query and what its answer must be. */
  interface Assertion {
    String query();

    String expect();
  }

  /** The backup host that this process snapshots servers of; as its restore-service has it. */
  interface Host {
    String name();

    Path directory();
  }

  /** See {@link CyclePolicy} and {@link ProofHost.Bounds}. */
  interface ValidatorSettings {
    @WithDefault("5m")
    Duration catalogueInterval();

    @WithDefault("5s")
    Duration retryInterval();

    @WithDefault("2m")
    Duration progressTimeout();

    /** A host that was not heard for longer is not placed upon. */
    @WithDefault("20s")
    Duration hostHeartbeatTimeout();

    @WithDefault("true")
    boolean primaryDonorAllowed();

    @WithDefault("30m")
    Duration replicaWaitMax();

    @WithDefault("5")
    int attemptsMax();

    @WithDefault("5m")
    Duration backoffMax();

    @WithDefault("15m")
    Duration cycleRetryInterval();

    @WithDefault("24h")
    Duration cycleInterval();

    @WithDefault("1h")
    Duration cycleJitter();

    @WithDefault("true")
    boolean readBack();

    @WithDefault("7")
    int tableCheckCycles();

    @WithDefault("7")
    int contentCheckCycles();

    /** At one time, over all shards. */
    @WithDefault("10")
    int cyclesMax();

    @WithDefault("2")
    int snapshotsMax();

    /** 0 stores everything as it is. */
    @WithDefault("1")
    int zstdLevel();

    /** Buffers of one snapshot. */
    @WithDefault("160")
    int snapshotMegabytesMax();

    /** Buffers of one read-back. */
    @WithDefault("192")
    int readBackMegabytesMax();

    @WithDefault("10m")
    Duration stopTimeout();

    @WithDefault("10m")
    Duration startTimeout();

    @WithDefault("10m")
    Duration storeGracePeriod();

    @WithDefault("2m")
    Duration primaryGracePeriod();

    /**
     * Without a master key no backup is made of a shard whose last one is encrypted, unless this
     * says that it is meant so.
     */
    @WithDefault("false")
    boolean encryptionMayEnd();
  }
}
