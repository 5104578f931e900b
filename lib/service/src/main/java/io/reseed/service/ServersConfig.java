package io.reseed.service;

import io.reseed.mysql.trust.AllowedServers;
import io.reseed.mysql.trust.ServerTrust;
import io.reseed.mysql.trust.TlsMode;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which servers may be given a cluster's passwords, and what they must show before. */
public interface ServersConfig {
  /** See {@link AllowedServers}. */
  List<String> allowed();

  @WithDefault("verify-identity")
  TlsMode tls();

  /** A PEM file; absent for the authorities that the JVM trusts. */
  Optional<Path> ca();

  /**
   * As the library is told.
   *
   * @throws IllegalArgumentException that says what is wrong with the cluster's settings
   */
  static ServerTrust trust(String cluster, ServersConfig servers) {
    try {
      return new ServerTrust(new AllowedServers(servers.allowed()), servers.tls(), servers.ca())
          .checked();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "reseed.mysql.accounts.\"%s\".servers: %s".formatted(cluster, e.getMessage()), e);
    }
  }

  /** To be called once at the start: what a cluster does without is not to be forgotten. */
  static void warn(String cluster, ServersConfig servers) {
    if (servers.tls() != TlsMode.VERIFY_IDENTITY) {
      Logger log = LoggerFactory.getLogger(ServersConfig.class);
      log.warn(
          "servers need not show who they are: whoever is in these networks can pose as one and"
              + " take passwords and data cluster={} tls={} allowed={}",
          cluster,
          servers.tls(),
          String.join(",", servers.allowed()));
    }
  }
}
