package io.reseed.agent;

import io.reseed.events.Assignment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the assignments.
 *
 * @param host the agent's
 * @param bySeeding empty while nothing may be concluded
 * @param unclaimed jobs of this host that the topic lost and has not mentioned since
 * @param trouble why nothing is known, for people
 */
record Assignments<A extends Assignment>(
    Host host, Optional<Map<String, A>> bySeeding, Set<JobId> unclaimed, Optional<String> trouble) {

  /**
   * Who the agent's host is.
   *
   * @param identity empty while the folder is not taken: then no work for an identity is begun
   */
  record Host(String name, Optional<String> identity) {
    private boolean isMeantBy(Assignment assignment) {
      String wanted = assignment.hostIdentity();
      return assignment.host().equals(name)
          && (wanted == null || identity.equals(Optional.of(wanted)));
    }

    /** Whether it is for another host of this name; never so while it is not known who we are. */
    private boolean isNamesakeOf(Assignment assignment) {
      @Nullable String ours = identity.orElse(null);
      return assignment.host().equals(name) && !assignment.isFor(name, ours);
    }
  }

  /** All that this host shall work on. */
  List<A> ofHost() {
    return all().stream().filter(host::isMeantBy).toList();
  }

  /** Those for another host of the same name: not ours to act upon. */
  List<A> ofNamesakes() {
    return all().stream().filter(host::isNamesakeOf).toList();
  }

  private List<A> all() {
    return bySeeding.map(known -> List.copyOf(known.values())).orElseGet(List::of);
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
    if (host.isMeantBy(assignment)) {
      return new Desired.Assigned<>(assignment);
    }
    if (!assignment.host().equals(host.name())) {
      return new Desired.Gone<>("it is assigned to host " + assignment.host());
    }
    return host.isNamesakeOf(assignment)
        ? new Desired.Gone<>("it is assigned to the host of identity " + assignment.hostIdentity())
        : new Desired.Unknown<>();
  }
}
