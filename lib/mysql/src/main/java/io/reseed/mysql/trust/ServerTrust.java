package io.reseed.mysql.trust;

import io.reseed.fleet.ServerAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

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
        var _ = Authorities.keyStore(authorities.get());
      } catch (IOException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
    return this;
  }

  /**
   * Lets the driver go on only with a server that shows what it must.
   *
   * @param properties of a connection
   * @throws IOException when the authorities' file cannot be used
   */
  public void demand(Properties properties) throws IOException {
    if (!verifies()) {
      properties.setProperty("sslMode", "PREFERRED");
      // Where the server has no TLS, its public key protects the password.
      properties.setProperty("allowPublicKeyRetrieval", "true");
      return;
    }
    properties.setProperty("sslMode", tls.name());
    if (authorities.isPresent()) {
      Path keyStore = Authorities.keyStore(authorities.get());
      properties.setProperty("trustCertificateKeyStoreUrl", keyStore.toUri().toString());
      properties.setProperty("trustCertificateKeyStoreType", "PKCS12");
      properties.setProperty("trustCertificateKeyStorePassword", Authorities.PASSWORD);
      properties.setProperty("fallbackToSystemTrustStore", "false");
    }
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
