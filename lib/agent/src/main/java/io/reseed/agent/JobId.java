package io.reseed.agent;

import io.reseed.events.Assignment;

/**
 * Names one job: one attempt of one seeding.
 *
 * @param seeding checked by the assignment's event: safe as a part of a file name
 */
public record JobId(String seeding, int attempt) {
  /** The job that an assignment is about. */
  public static JobId of(Assignment assignment) {
    return new JobId(assignment.seeding(), assignment.attempt());
  }

  /** The name of the job's folder, and of whatever else it has on the host. */
  public String folderName() {
    return seeding + "." + attempt;
  }

  @Override
  public String toString() {
    return folderName();
  }
}
