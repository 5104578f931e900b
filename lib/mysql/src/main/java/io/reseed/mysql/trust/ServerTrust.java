package io.reseed.mysql.trust;

import io.reseed.fleet.ServerAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Where an account's password may go, and what a server there must show first.
 *
 * @param allowed the addresses
 * @param tls what a server must show
 * @param authorities a PEM file with the certificates of those who sign servers' certificates; read
 *     again when it changed. Without it those that the JVM trusts
 */
public record ServerTrust(AllowedServers allowed, TlsMode tls, Optional<Path> authorities) {
  /** Servers in a network that is trusted as it is. */
  public static ServerTrust trustedNetwork(List<String> allowed) {
    return new ServerTrust(new AllowedServers(allowed), TlsMode.TRUSTED_NETWORK, Optional.empty());
  }

  /**
   * This, if it can be acted upon.
   *
   * @throws IllegalArgumentException when the authorities' file cannot be used
   */
  public ServerTrust checked() {
    if (verifies() && authorities.isPresent()) {
      try {
        var _ = Authorities.trusting(authorities.get());
      } catch (SSLException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
    return this;
  }

  /**
   * The trust in a server that this process has made on this machine: its address is its maker's
   * choice, and may be loopback, which no certificate names.
   */
  public ServerTrust ofOwnServer() {
    TlsMode mode = tls == TlsMode.TRUSTED_NETWORK ? tls : TlsMode.VERIFY_CA;
    return new ServerTrust(AllowedServers.ANY, mode, authorities);
  }

  /** Whether a server must show a certificate. */
  public boolean verifies() {
    return tls != TlsMode.TRUSTED_NETWORK;
  }

  /** Whether a password may be sent there. */
  public boolean admits(ServerAddress server) {
    return allowed.admits(server);
  }
}
