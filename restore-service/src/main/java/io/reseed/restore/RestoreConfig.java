package io.reseed.restore;

import io.reseed.backup.store.StoreSettings;
import io.reseed.events.HostStatus;
import io.reseed.mysql.trust.ServerTrust;
import io.reseed.service.AccountConfig;
import io.reseed.service.HostStoreConfig;
import io.reseed.service.KafkaConfig;
import io.reseed.service.ServersConfig;
import io.reseed.service.StoreConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** The service's settings; unknown keys under {@code reseed} are errors. */
@ConfigMapping(prefix = "reseed")
interface RestoreConfig {
  /** Unique name of this process, seen in what it publishes. */
  String instance();

  KafkaConfig kafka();

  Mysql mysql();

  HostStoreConfig store();

  Host host();

  RestoreSettings restore();

  /** How to reach the servers that are made here, and the donors. */
  interface Mysql {
    /** By cluster name. */
    Map<String, Accounts> accounts();
  }

  /** The accounts of one cluster. */
  interface Accounts {
    MadeServers servers();

    AccountConfig agent();

    AccountConfig donor();
  }

  /** The servers of one cluster, with lines for my.cnf of those that are made here. */
  interface MadeServers extends ServersConfig {
    Map<String, String> options();
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

    /** What all buffer pools may take of the host's memory, in percent. */
    @WithDefault("80")
    int memoryShareMax();
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
    Duration storeGracePeriod();

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

  static HostProfile host(Host host) {
    return new HostProfile(
        host.name(),
        host.pool(),
        host.zone(),
        host.address(),
        host.portFirst(),
        host.portLast(),
        host.directory(),
        host.slots(),
        host.bytesReserved(),
        host.bufferPoolMegabytes(),
        HostMemory.share(host.memoryShareMax()));
  }

  static RestorePolicy policy(RestoreSettings settings) {
    return new RestorePolicy(
        settings.heartbeatInterval(),
        settings.restoresMax(),
        settings.megabytesMax(),
        settings.storeGracePeriod(),
        settings.startTimeout(),
        settings.cloneTimeout(),
        settings.cloneMegabytesPerSecondMax(),
        settings.deathGrace(),
        settings.retryInterval());
  }

  /** Beyond the budget the agent's own grace period counts. */
  static StoreSettings store(StoreConfig store) {
    return StoreConfig.settings(store, Duration.ofSeconds(20));
  }

  static Map<String, Servers.Cluster> clusters(Mysql mysql) {
    return mysql.accounts().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> cluster(entry.getKey(), entry.getValue())));
  }

  private static Servers.Cluster cluster(String name, Accounts accounts) {
    ServerTrust trust = ServersConfig.trust(name, accounts.servers());
    return new Servers.Cluster(
        AccountConfig.credentials(accounts.agent(), trust),
        AccountConfig.credentials(accounts.donor(), trust),
        MadeServerOptions.checked(name, accounts.servers().options(), trust));
  }
}
