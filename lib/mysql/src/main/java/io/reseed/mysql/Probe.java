package io.reseed.mysql;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.Observation.Kind;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at servers that may be dead. */
public final class Probe {
  private static final Logger LOG = LoggerFactory.getLogger(Probe.class);

  private Probe() {}

  /**
   * Connects, looks and disconnects. Never throws, neither for a server that does not answer nor
   * for one whose answers make no sense. {@link ProbeSessions} does it without connecting each
   * time.
   *
   * @param timeout bounds the connection and, separately, each answer of the server; five small
   *     queries are asked
   */
  public static Observation observe(
      ServerAddress address, Credentials credentials, Duration timeout) {
    try (MysqlSession session = open(address, credentials, timeout)) {
      return new Observation.Reachable(address, session.probe());
    } catch (RuntimeException e) {
      return unreachable(address, credentials, timeout, e);
    }
  }

  static MysqlSession open(ServerAddress address, Credentials credentials, Duration timeout) {
    return MysqlSession.open(address, credentials, new Timeouts(timeout, timeout));
  }

  /** What a failed look says of the server; asks it once more where it only gave no answer. */
  static Observation.Unreachable unreachable(
      ServerAddress address, Credentials credentials, Duration timeout, RuntimeException thrown) {
    if (!(thrown instanceof MysqlException e)) {
      // whatever one server says, the others are still to be judged
      LOG.warn("server answers what cannot be read server={}", address, thrown);
      return new Observation.Unreachable(
          address,
          Kind.UNREADABLE,
          "%s answers what cannot be read: %s".formatted(address, thrown));
    }
    if (e.code() == FailureCode.STATEMENT_TIMEOUT) {
      Optional<String> waiting = waitingForDisk(address, credentials, timeout);
      if (waiting.isPresent()) {
        return new Observation.Unreachable(address, Kind.DISK_FULL, waiting.get());
      }
    }
    return new Observation.Unreachable(address, kind(e.code()), String.valueOf(e.getMessage()));
  }

  /**
   * Says which thread of a server waits for disk space; empty where none does, or where even this
   * is not answered. To be asked after a statement got no answer in time: a disk may fill up at any
   * moment, and whoever waits for it holds locks that others need.
   *
   * @param credentials of an account that sees other accounts' threads (the observer's)
   */
  public static Optional<String> waitingForDisk(
      ServerAddress address, Credentials credentials, Duration timeout) {
    try (MysqlSession session = open(address, credentials, timeout)) {
      return new Observer(session).waitingForDisk();
    } catch (MysqlException e) {
      // The first answer that failed to come is the one to report.
      LOG.debug("server does not say why it stalls server={}", address, e);
      return Optional.empty();
    }
  }

  private static Kind kind(FailureCode code) {
    return switch (code) {
      case CONNECTION_REFUSED -> Kind.REFUSED;
      case CONNECTION_TIMEOUT, STATEMENT_TIMEOUT -> Kind.TIMEOUT;
      case UNKNOWN_HOST -> Kind.UNKNOWN_HOST;
      case ACCESS_DENIED, PRIVILEGE_MISSING -> Kind.ACCESS_DENIED;
      case SERVER_NOT_ALLOWED -> Kind.NOT_ALLOWED;
      case TLS_FAILED -> Kind.NOT_VERIFIED;
      case TOO_MANY_CONNECTIONS -> Kind.TOO_MANY_CONNECTIONS;
      case DISK_FULL -> Kind.DISK_FULL;
      case CONNECTION_LOST -> Kind.CONNECTION_LOST;
      case STATEMENT_FAILED, ANSWER_UNREADABLE -> Kind.UNREADABLE;
      default -> Kind.OTHER;
    };
  }
}
