package io.reseed.agent;

import io.reseed.events.Assignment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the assignments.
 *
 * @param bySeeding empty while nothing may be concluded
 * @param unclaimed jobs of this host that the topic lost and has not mentioned since
 * @param trouble why nothing is known, for people
 */
record Assignments<A extends Assignment>(
    String host,
    Optional<Map<String, A>> bySeeding,
    Set<JobId> unclaimed,
    Optional<String> trouble) {

  /** All that this host shall work on. */
  List<A> ofHost() {
    return bySeeding.stream()
        .flatMap(all -> all.values().stream())
        .filter(assignment -> assignment.host().equals(host))
        .toList();
  }

  /** What shall become of a job. */
  Desired<A> desired(JobId job) {
    if (bySeeding.isEmpty() || unclaimed.contains(job)) {
      return new Desired.Unknown<>();
    }
    A assignment = bySeeding.get().get(job.seeding());
    if (assignment == null) {
      return new Desired.Gone<>("the seeding is over");
    }
    if (assignment.attempt() != job.attempt()) {
      return new Desired.Gone<>("attempt " + assignment.attempt() + " replaces it");
    }
    return assignment.host().equals(host)
        ? new Desired.Assigned<>(assignment)
        : new Desired.Gone<>("it is assigned to host " + assignment.host());
  }
}
