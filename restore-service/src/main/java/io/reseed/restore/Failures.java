package io.reseed.restore;

import io.reseed.backup.BackupException;
import io.reseed.events.SeedingOrigin;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.mysql.ErrorCode;
import io.reseed.mysql.MysqlException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Turns the libraries' exceptions into failures that travel. */
final class Failures {
  private static final int TEXT_CHARACTERS_MAX = 3_500;

  private Failures() {}

  /** What an exception of a job's action means to the job's coordinator. */
  static Failure of(Throwable thrown, Job job) {
    return switch (thrown) {
      case FailureException told -> told.failure();
      case BackupException backup -> of(backup);
      case MysqlException mysql -> of(mysql, job);
      case UncheckedIOException disk -> disk(disk);
      case IOException disk -> disk(disk);
      default ->
          new Failure(
              "INTERNAL",
              FailureClass.BUG,
              cut("Making %s failed unexpectedly: %s".formatted(job.id(), thrown)),
              "Report it with the restore-service's log.");
    };
  }

  private static Failure of(BackupException thrown) {
    if (thrown.code() == io.reseed.backup.FailureCode.TARGET_FULL) {
      return HostDisk.full(cut(String.valueOf(thrown.getMessage())));
    }
    FailureClass failureClass = thrown.failureClass();
    return new Failure(
        thrown.code().name(),
        failureClass,
        cut(String.valueOf(thrown.getMessage())),
        cut(thrown.hint()));
  }

  private static Failure of(MysqlException thrown, Job job) {
    String message = cut(String.valueOf(thrown.getMessage()));
    if (thrown.code() == ErrorCode.FILE_FAILED && message.contains("No space left")) {
      return HostDisk.full(message);
    }
    return new Failure(thrown.code().name(), classOf(thrown, job), message, cut(thrown.hint()));
  }

  /**
   * A mysqld that does not come up without a complaint of its files fails for the host's sake
   * (memory, a library): another host may do. A clone's files are no backup's.
   */
  private static FailureClass classOf(MysqlException thrown, Job job) {
    boolean fromBackup = job.origin() instanceof SeedingOrigin.Backup;
    if (thrown.code() == ErrorCode.SERVER_START_FAILED) {
      return FailureClass.TRANSIENT;
    }
    return switch (thrown.failureClass()) {
      case TRANSIENT -> FailureClass.TRANSIENT;
      case OPERATOR_MUST_ACT -> FailureClass.OPERATOR_MUST_ACT;
      case BAD_BACKUP -> fromBackup ? FailureClass.BAD_BACKUP : FailureClass.TRANSIENT;
      case BUG -> FailureClass.BUG;
    };
  }

  private static Failure disk(Exception thrown) {
    String message = cut(String.valueOf(thrown));
    return message.contains("No space left")
        ? HostDisk.full(message)
        : new Failure(
            "FILE_FAILED",
            FailureClass.TRANSIENT,
            message,
            "Check permissions and health of the host's disk; another host may serve.");
  }

  private static String cut(String text) {
    return text.length() <= TEXT_CHARACTERS_MAX
        ? text
        : text.substring(0, TEXT_CHARACTERS_MAX) + "…";
  }
}
