package io.reseed.agent;

import io.reseed.events.Assignment;
import io.reseed.events.SeedingStage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an agent holds, for those who look at it from outside.
 *
 * @param working the steps under way
 * @param idleReason why nothing is done; empty when all is well
 * @param unclaimed jobs from before the assignment topic was lost, which it has not mentioned since
 * @param namesakes attempts that are assigned to another host of this one's name
 * @param unreadable job folders that are left alone, each with the reason
 */
public record AgentSnapshot<A extends Assignment, J extends HostJob>(
    List<J> jobs,
    Map<JobId, Working<A>> working,
    Optional<String> idleReason,
    Set<JobId> unclaimed,
    Set<JobId> namesakes,
    List<String> unreadable) {

  /** A step under way, and what is said of its progress. */
  public record Working<A extends Assignment>(
      JobControl<A> control, Optional<SeedingStage> stage) {}

  /** Copies. */
  public AgentSnapshot {
    jobs = List.copyOf(jobs);
    working = Map.copyOf(working);
    unclaimed = Set.copyOf(unclaimed);
    namesakes = Set.copyOf(namesakes);
    unreadable = List.copyOf(unreadable);
  }
}
