package io.reseed.restore;

import io.reseed.events.SeedingAssigned;

/**
 * Names one job, and so the one server that it makes: one attempt of one seeding.
 *
 * @param seeding checked by {@link SeedingAssigned}: safe as a part of a file name
 */
record JobId(String seeding, int attempt) {
  static JobId of(SeedingAssigned assigned) {
    return new JobId(assigned.seeding(), assigned.attempt());
  }

  /** The name of the job's folder and of its server's folder. */
  String folderName() {
    return seeding + "." + attempt;
  }

  @Override
  public String toString() {
    return folderName();
  }
}
