package io.reseed.mysql;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.trust.ServerTrust;
import java.util.Objects;

/**
 * An account, its password, and where that may go. {@link #toString} shows the user only, so it may
 * be logged.
 */
public record Credentials(String user, String password, ServerTrust trust) {
  /** Refuses nulls; an empty password is legal (a fresh server's root has one). */
  public Credentials {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
    Objects.requireNonNull(trust, "trust");
  }

  /**
   * To be called before the password leaves, on whatever way.
   *
   * @throws MysqlException SERVER_NOT_ALLOWED
   */
  public void requireAllowed(ServerAddress server) {
    if (!trust.admits(server)) {
      throw new MysqlException(
          FailureCode.SERVER_NOT_ALLOWED,
          "the password of %s is not sent to %s: only %s are allowed"
              .formatted(user, server, trust.allowed()));
    }
  }

  /** The account on a server that this process has made, see {@link ServerTrust#ofOwnServer}. */
  public Credentials onOwnServer() {
    return new Credentials(user, password, trust.ofOwnServer());
  }

  @Override
  public String toString() {
    return "Credentials[user=" + user + "]";
  }
}
