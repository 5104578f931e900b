package io.reseed.validator.proof;

import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.server.Complaint;
import io.reseed.mysql.server.LocalServer;
import io.reseed.validator.failure.Failures;
import java.time.Duration;
import java.util.Optional;

/**
 * What it means that a server of ours ended without being told to. Only where mysqld itself
 * complains of its files, what it was made from is to blame.
 */
final class ServerFault {
  private static final Duration DEATH_MAX = Duration.ofSeconds(15);
  private static final long POLL_MILLIS = 100;

  private ServerFault() {}

  /**
   * The failure behind an error in talking to a server: its death, where it died of what it was
   * doing; else the error itself.
   *
   * @param doing what was done to it, e.g. {@code "checks table shop.orders"}
   */
  static RuntimeException behind(MysqlException thrown, LocalServer server, String doing)
      throws InterruptedException {
    if (thrown.failureClass() != FailureClass.TRANSIENT) {
      return thrown;
    }
    // the connection breaks first; the process takes a moment to write its last words
    long deadline = System.nanoTime() + DEATH_MAX.toNanos();
    boolean broken = thrown.code() == FailureCode.CONNECTION_LOST;
    while (broken && server.isRunning() && System.nanoTime() - deadline < 0) {
      Thread.sleep(POLL_MILLIS);
    }
    return server.isRunning() ? thrown : ended(server, doing);
  }

  /** A server ended by itself. */
  static FailureException ended(LocalServer server, String doing) {
    String what = "mysqld of %s ended (%s)".formatted(server.address(), doing);
    Optional<Complaint> complaint = server.complaint();
    if (complaint.isEmpty()) {
      return new FailureException(
          FailureCode.SERVER_DIED,
          what + " and blamed neither its files nor its disk.",
          "Look into its error log, %s. Another attempt follows.".formatted(server.errorLog()));
    }
    return blamed(complaint.get(), what + ": " + complaint.get().quote());
  }

  private static FailureException blamed(Complaint complaint, String message) {
    return switch (complaint.kind()) {
      case DISK_FULL -> Failures.diskFull(message);
      case KEYRING -> new MysqlException(FailureCode.KEYRING_MISSING, message);
      case FILES ->
          new FailureException(
              FailureCode.TABLE_CORRUPT,
              message,
              "What the server was made from is damaged: another backup is taken, or a fresh"
                  + " one made.");
    };
  }

  /** A server that was restored from a backup did not come up: only its files tell against it. */
  static MysqlException ofStart(MysqlException thrown, String backup) {
    if (thrown.code() != FailureCode.SERVER_START_FAILED) {
      return thrown;
    }
    String words = String.valueOf(thrown.getMessage());
    FailureCode code =
        Complaint.in(words).map(complaint -> codeOf(complaint.kind())).orElse(thrown.code());
    return new MysqlException(
        code, "No server comes up from backup " + backup + ": " + words, thrown);
  }

  private static FailureCode codeOf(Complaint.Kind kind) {
    return switch (kind) {
      case DISK_FULL -> FailureCode.DISK_FULL;
      case KEYRING -> FailureCode.KEYRING_MISSING;
      case FILES -> FailureCode.FILES_REFUSED;
    };
  }
}
