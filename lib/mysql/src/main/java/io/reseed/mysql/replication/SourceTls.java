package io.reseed.mysql.replication;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Row;
import io.reseed.mysql.trust.TlsMode;

/**
 * What another server must show before a server of ours sends it a password: a source to its
 * replica, a donor to the one that clones it. It is the server that checks, so its own {@code
 * ssl_ca} says whom it believes.
 *
 * @param authorities path on that server's host; empty where nothing is checked
 */
record SourceTls(String authorities, boolean verifiesIdentity, boolean trustsPublicKey) {
  private static final SourceTls UNCHECKED = new SourceTls("", false, true);

  /**
   * What the account's trust asks for.
   *
   * @param server of ours, which is to log in at the other
   * @throws MysqlException SERVER_NOT_ALLOWED, TLS_FAILED when the server has no {@code ssl_ca}
   */
  static SourceTls of(MysqlSession server, ServerAddress other, Credentials account) {
    account.requireAllowed(other);
    TlsMode mode = account.trust().tls();
    if (mode == TlsMode.TRUSTED_NETWORK) {
      return UNCHECKED;
    }
    String authorities = server.queryValue("SELECT @@global.ssl_ca").orElse("");
    if (authorities.isEmpty()) {
      throw new MysqlException(
          FailureCode.TLS_FAILED,
          "%s has no ssl_ca, so it cannot check that %s is the one it is to connect to"
              .formatted(server.address(), other));
    }
    return new SourceTls(authorities, mode == TlsMode.VERIFY_IDENTITY, false);
  }

  /** Whether a channel, as SHOW REPLICA STATUS has it, asks for as much. */
  boolean isThatOf(Row channel) {
    return channel.text("Source_SSL_Allowed").equals("Yes")
        && channel.text("Source_SSL_CA_File").equals(authorities)
        && channel.flag("Source_SSL_Verify_Server_Cert") == verifiesIdentity
        && channel.flag("Get_Source_public_key") == trustsPublicKey;
  }
}
