package io.reseed.restore;

import static java.util.Objects.requireNonNull;

import io.reseed.durable.FullDisk;
import io.reseed.events.SeedingOrigin;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** What ends a job's action, as a failure that travels. */
final class Failures {
  private Failures() {}

  /**
   * What an exception of a job's action means to the job's coordinator.
   *
   * @param directory the host's, for errors on files in it
   */
  static Failure of(Throwable thrown, Job job, Path directory) {
    return switch (thrown) {
      case FailureException refused
          when refused.code() == FailureCode.FILES_REFUSED
              && job.origin() instanceof SeedingOrigin.Donor ->
          Failure.of(
              FailureCode.CLONED_FILES_REFUSED,
              String.valueOf(refused.getMessage()),
              "Look at the donor's and this host's disks. Another attempt clones anew.");
      case FailureException told -> told.failure();
      case UncheckedIOException unchecked ->
          ofFile(requireNonNull(unchecked.getCause()), unchecked, directory);
      default ->
          Failure.of(
              FailureCode.INTERNAL,
              "Making %s failed unexpectedly: %s".formatted(job.id(), thrown),
              "Report it with the restore-service's log.");
    };
  }

  private static Failure ofFile(IOException thrown, Exception told, Path directory) {
    return FullDisk.explains(thrown, directory)
        ? HostDisk.full(told.toString()).failure()
        : Failure.of(
            FailureCode.FILE_FAILED,
            told.toString(),
            "Check permissions and health of the host's disk; another host may serve.");
  }
}
