package io.reseed.mysql;

import io.reseed.mysql.Observation.Kind;
import java.time.Duration;

/** Looks at servers that may be dead. */
public final class Probe {
  private Probe() {}

  /**
   * Connects, looks and disconnects. Never throws for a server that does not answer.
   *
   * @param timeout bounds the connection and, separately, each answer of the server; about ten
   *     small queries are asked
   */
  public static Observation observe(
      ServerAddress address, Credentials credentials, Duration timeout) {
    try (MysqlSession session =
        MysqlSession.open(address, credentials, new Timeouts(timeout, timeout))) {
      return new Observation.Reachable(address, session.probe());
    } catch (MysqlException e) {
      return new Observation.Unreachable(address, kind(e.code()), String.valueOf(e.getMessage()));
    }
  }

  private static Kind kind(ErrorCode code) {
    return switch (code) {
      case CONNECTION_REFUSED -> Kind.REFUSED;
      case CONNECTION_TIMEOUT, STATEMENT_TIMEOUT -> Kind.TIMEOUT;
      case UNKNOWN_HOST -> Kind.UNKNOWN_HOST;
      case ACCESS_DENIED, PRIVILEGE_MISSING -> Kind.ACCESS_DENIED;
      case TOO_MANY_CONNECTIONS -> Kind.TOO_MANY_CONNECTIONS;
      case DISK_FULL -> Kind.DISK_FULL;
      case CONNECTION_LOST -> Kind.CONNECTION_LOST;
      default -> Kind.OTHER;
    };
  }
}
