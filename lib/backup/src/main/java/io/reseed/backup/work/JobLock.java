package io.reseed.backup.work;

import io.reseed.durable.FolderLock;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.io.IOException;
import java.nio.file.Path;

/** Lets one run of a job at a time work in its folder. */
public final class JobLock {
  private JobLock() {}

  /**
   * Makes the folder if needed and takes its lock.
   *
   * @param job what kind of job it is: names the lock's file
   * @throws FailureException {@code JOB_RUNNING} when another run has it
   */
  public static FolderLock take(Path folder, String job) throws IOException {
    return FolderLock.tryTake(folder, job)
        .orElseThrow(
            () ->
                new FailureException(
                    FailureCode.JOB_RUNNING,
                    "another run works on the " + job + " in " + folder,
                    "Let it finish, or stop it first."));
  }
}
