package io.reseed.backup.work;

import io.reseed.durable.FullDisk;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Collection;

/** What an I/O error on the files of a restore, or of any job, means. */
public final class TargetFailures {
  private TargetFailures() {}

  /**
   * As a failure of this library.
   *
   * @param what was written
   * @param places files or folders on the disks that it was written to
   */
  public static FailureException translated(IOException e, Object what, Collection<Path> places) {
    if (e instanceof ClosedByInterruptException) {
      return new FailureException(
          FailureCode.CANCELLED, "interrupted while writing " + what, "Run the job again.", e);
    }
    if (places.stream().anyMatch(place -> FullDisk.explains(e, place))) {
      return new FailureException(
          FailureCode.TARGET_FULL,
          "no room to write " + what + ": " + e,
          "Free disk space on this host, or restore on another one.",
          e);
    }
    return new FailureException(
        FailureCode.TARGET_UNWRITABLE,
        "cannot write " + what + ": " + e,
        "Check this host's disk and this service's permissions on it.",
        e);
  }
}
