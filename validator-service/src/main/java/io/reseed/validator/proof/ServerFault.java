package io.reseed.validator.proof;

import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.mysql.ErrorCode;
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
    boolean broken = thrown.code() == ErrorCode.CONNECTION_LOST;
    while (broken && server.isRunning() && System.nanoTime() - deadline < 0) {
      Thread.sleep(POLL_MILLIS);
    }
    return server.isRunning() ? thrown : ended(server, doing);
  }

  /** A server ended by itself. */
  static Failures.Found ended(LocalServer server, String doing) {
    String what = "mysqld of %s ended (%s)".formatted(server.address(), doing);
    Optional<Complaint> complaint = server.complaint();
    if (complaint.isEmpty()) {
      return new Failures.Found(
          new Failure(
              "SERVER_DIED",
              FailureClass.TRANSIENT,
              what + " and blamed neither its files nor its disk.",
              "Look into its error log, %s. Another attempt follows."
                  .formatted(server.errorLog())));
    }
    String message = Failures.cut(what + ": " + complaint.get().quote());
    return new Failures.Found(
        switch (complaint.get().kind()) {
          case DISK_FULL -> Failures.diskFull(message);
          case KEYRING ->
              new Failure(
                  ErrorCode.KEYRING_MISSING.name(),
                  FailureClass.OPERATOR_MUST_ACT,
                  message,
                  ErrorCode.KEYRING_MISSING.hint());
          case FILES ->
              new Failure(
                  "TABLE_CORRUPT",
                  FailureClass.BAD_BACKUP,
                  message,
                  "What the server was made from is damaged: another backup is taken, or a fresh"
                      + " one made.");
        });
  }

  /** A server that was restored from a backup did not come up. */
  static RuntimeException ofStart(MysqlException thrown, String backup) {
    if (thrown.code() != ErrorCode.SERVER_START_FAILED) {
      return thrown;
    }
    String message = Failures.cut(String.valueOf(thrown.getMessage()));
    Optional<Complaint.Kind> kind = Complaint.in(message).map(Complaint::kind);
    if (kind.isPresent() && kind.get() == Complaint.Kind.DISK_FULL) {
      return new Failures.Found(Failures.diskFull(message));
    }
    return new Failures.Found(
        new Failure(
            thrown.code().name(),
            kind.isPresent() ? FailureClass.BAD_BACKUP : FailureClass.TRANSIENT,
            "No server comes up from backup " + backup + ": " + message,
            thrown.hint()));
  }
}
