package io.reseed.restore;

import io.reseed.events.SeedingAssigned;
import org.jspecify.annotations.Nullable;

/** What {@code seeding-assigned} asks of one job, as the agent knows it now. */
sealed interface Wish {
  /** The picture is not complete, or cannot be trusted: nothing may be concluded from it. */
  record Unknown() implements Wish {}

  /** The job's attempt is the assigned one, on this host. */
  record Assigned(SeedingAssigned.Goal goal) implements Wish {}

  /** Nobody wants it; says why. */
  record Gone(String reason) implements Wish {}

  /**
   * Reads a complete picture.
   *
   * @param assigned the newest record of the job's seeding, absent after a tombstone
   */
  static Wish of(JobId job, String host, @Nullable SeedingAssigned assigned) {
    if (assigned == null) {
      return new Gone("the seeding is over");
    }
    if (assigned.attempt() != job.attempt()) {
      return new Gone("attempt " + assigned.attempt() + " replaces it");
    }
    if (!assigned.host().equals(host)) {
      return new Gone("it is assigned to host " + assigned.host());
    }
    return new Assigned(assigned.goal());
  }
}
