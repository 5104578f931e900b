package io.reseed.validator.failure;

import io.reseed.backup.BackupException;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ShortenedText;
import io.reseed.mysql.ErrorCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.server.Complaint;
import java.io.UncheckedIOException;

/** Turns the libraries' exceptions into failures that travel. */
public final class Failures {
  private static final int TEXT_CHARACTERS_MAX = 3_000;

  private Failures() {}

  /** A failure that this service found itself, on its way out of an action. */
  public static final class Found extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public Found(Failure failure) {
      super(failure.message());
      this.failure = failure;
    }

    public Failure failure() {
      return failure;
    }
  }

  /** What an exception means to who has to decide about it. */
  public static Failure of(Throwable thrown, String work) {
    return switch (thrown) {
      case Found found -> found.failure();
      case BackupException backup -> of(backup);
      case MysqlException mysql -> of(mysql.code(), String.valueOf(mysql.getMessage()));
      case UncheckedIOException disk -> ofDisk(disk);
      default ->
          new Failure(
              "INTERNAL",
              FailureClass.BUG,
              cut(work + " failed unexpectedly: " + thrown),
              "Report it with the validator-service's log.");
    };
  }

  private static Failure of(BackupException thrown) {
    if (thrown.code() == io.reseed.backup.FailureCode.TARGET_FULL) {
      return diskFull(cut(String.valueOf(thrown.getMessage())));
    }
    FailureClass failureClass = thrown.failureClass();
    return new Failure(
        thrown.code().name(),
        failureClass,
        cut(String.valueOf(thrown.getMessage())),
        cut(thrown.hint()));
  }

  private static Failure ofDisk(UncheckedIOException thrown) {
    String message = cut(thrown.getMessage() + ": " + thrown.getCause());
    return blamesAFullDisk(message)
        ? diskFull(message)
        : new Failure(
            "FILE_FAILED",
            FailureClass.TRANSIENT,
            message,
            "Check permissions and health of the host's disk; another host may serve.");
  }

  private static boolean blamesAFullDisk(String message) {
    return Complaint.in(message)
        .filter(complaint -> complaint.kind() == Complaint.Kind.DISK_FULL)
        .isPresent();
  }

  /** The failure of a backup host without room; the restore-service uses the same code. */
  public static Failure diskFull(String message) {
    return new Failure(
        "DISK_FULL",
        FailureClass.OPERATOR_MUST_ACT,
        message,
        "Free some disk on this host, or add backup hosts; nothing is wrong with the backup.");
  }

  private static Failure of(ErrorCode code, String message) {
    if (blamesAFullDisk(message)) {
      return diskFull(cut(message));
    }
    FailureClass failureClass = code.failureClass();
    return new Failure(code.name(), failureClass, cut(message), code.hint());
  }

  /** No account of a kind is configured for the cluster. */
  public static Failure accountMissing(String cluster, String account) {
    return new Failure(
        "ACCOUNTS_MISSING",
        FailureClass.OPERATOR_MUST_ACT,
        "The validator-service has no %s account for cluster %s.".formatted(account, cluster),
        "Set reseed.mysql.accounts.\"%s\".%s in its configuration.".formatted(cluster, account));
  }

  /** Leaves room for the words around it. */
  public static String cut(String text) {
    return ShortenedText.of(text, TEXT_CHARACTERS_MAX);
  }
}
