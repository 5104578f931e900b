package io.reseed.backup.work;

import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/** What an I/O error on the files of a restore, or of any job, means. */
public final class TargetFailures {
  private TargetFailures() {}

  /** As a failure of this library; {@code what} says what was written. */
  public static BackupException translated(IOException e, Object what) {
    if (e instanceof ClosedByInterruptException) {
      return new BackupException(
          FailureCode.CANCELLED, "interrupted while writing " + what, "Run the job again.", e);
    }
    String message = String.valueOf(e.getMessage());
    if (message.contains("No space left") || message.contains("quota exceeded")) {
      return new BackupException(
          FailureCode.TARGET_FULL,
          "no room to write " + what + ": " + e,
          "Free disk space on this host, or restore on another one.",
          e);
    }
    return new BackupException(
        FailureCode.TARGET_UNWRITABLE,
        "cannot write " + what + ": " + e,
        "Check this host's disk and this service's permissions on it.",
        e);
  }
}
