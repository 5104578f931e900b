package io.reseed.failover;

import io.reseed.backup.store.StoreSettings;
import io.reseed.failover.machine.FailoverPolicy;
import io.reseed.failover.probe.FailoverWorker;
import io.reseed.failover.probe.RepairLimit;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.ServerSettings;
import io.reseed.service.AccountConfig;
import io.reseed.service.CoordinatorKafkaConfig;
import io.reseed.service.ServersConfig;
import io.reseed.service.StoreConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The service's settings; unknown keys under {@code reseed} are errors. */
@ConfigMapping(prefix = "reseed")
interface FailoverConfig {
  /** Unique name of this process, seen in what it publishes. */
  String instance();

  CoordinatorKafkaConfig kafka();

  Mysql mysql();

  /** Read only. */
  StoreConfig store();

  Detector detector();

  Http http();

  /** Who may send events over HTTP, see {@link EventDoor}. */
  interface Http {
    /** The tokens of those who may, one a line; without it nobody may. */
    Optional<String> tokenFile();

    /** Whether anybody who comes to the port may. */
    @WithDefault("false")
    boolean open();

    /**
     * Names, with a port or without, that requests may be addressed to; any where none is given.
     */
    Optional<List<String>> hosts();
  }

  /** How to reach the servers. */
  interface Mysql {
    /** By cluster name. */
    Map<String, Accounts> accounts();
  }

  /** The accounts of one cluster. */
  interface Accounts {
    ServersConfig servers();

    AccountConfig observer();
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

    /** Sessions to servers that stay open between looks; 0: each look connects anew. */
    @WithDefault("2000")
    int probeSessionsMax();

    /** Settings in which a replica may differ from its primary without a word in the status. */
    Optional<Set<String>> differencesIgnored();

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

    @WithDefault("360s")
    Duration statusRefreshInterval();

    @WithDefault("5s")
    Duration retryInterval();

    @WithDefault("1s")
    Duration backoffMin();

    @WithDefault("60s")
    Duration backoffMax();

    @WithDefault("5")
    int attemptsMax();

    /** Replicas of one cluster that are made at one time. */
    @WithDefault("50")
    int repairsMax();

    /** As {@link #repairsMax}, in percent of the servers that the cluster's shards shall have. */
    @WithDefault("20")
    int repairsShareMax();

    @WithDefault("300s")
    Duration exhaustedRetryInterval();

    /** How long a publisher at the HTTP endpoint waits for Kafka at most. */
    @WithDefault("5s")
    Duration publishTimeout();
  }

  static RepairLimit.Bounds repairs(Detector detector) {
    return new RepairLimit.Bounds(detector.repairsMax(), detector.repairsShareMax());
  }

  static FailoverPolicy policy(Detector detector) {
    return new FailoverPolicy(
        detector.observeInterval(),
        detector.unobservedAfter(),
        detector.primaryProbeFailures(),
        detector.replicaLostAfter(),
        detector.progressTimeout(),
        detector.answerTimeout(),
        detector.claimRetention(),
        detector.undeclaredRetention(),
        detector.statusRefreshInterval(),
        new FailoverPolicy.Retry(
            detector.retryInterval(),
            detector.backoffMin(),
            detector.backoffMax(),
            detector.attemptsMax(),
            detector.exhaustedRetryInterval()));
  }

  /** A machine asks again after seconds; a store that is away must not hold an effect longer. */
  static StoreSettings settings(StoreConfig store) {
    return StoreConfig.settings(store, Duration.ofSeconds(10));
  }

  static FailoverWorker.Looking looking(FailoverConfig config) {
    Set<String> ignored = config.detector().differencesIgnored().orElse(Set.of());
    ServerSettings.requireNames("reseed.detector.differences-ignored", ignored);
    return new FailoverWorker.Looking(observers(config.mysql()), ignored);
  }

  static Map<String, Credentials> observers(Mysql mysql) {
    return mysql.accounts().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry ->
                    AccountConfig.credentials(
                        entry.getValue().observer(),
                        ServersConfig.trust(entry.getKey(), entry.getValue().servers()))));
  }
}
