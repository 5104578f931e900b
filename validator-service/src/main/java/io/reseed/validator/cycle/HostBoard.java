package io.reseed.validator.cycle;

import io.reseed.events.HostStatus;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.Topic;
import io.reseed.events.placement.Candidate;
import io.reseed.events.placement.Placement;
import io.reseed.events.placement.PlacementRequest;
import io.reseed.kafka.FollowedTopic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** All hosts and what is assigned to them, kept up to date for placements. Thread-safe. */
public final class HostBoard implements AutoCloseable {
  private final Map<String, Instant> heardAt = new ConcurrentHashMap<>();
  private final InstantSource clock;
  private final Duration silenceMax;
  private final FollowedTopic<HostStatus> hosts;
  private final FollowedTopic<SeedingAssigned> assignments;

  /**
   * Begins to read the hosts.
   *
   * @param assignments belongs to the caller
   * @param silenceMax a host that was not heard for longer counts as dead; a reader that just
   *     started takes what it finds for fresh
   */
  public HostBoard(
      FollowedTopic.Source source,
      FollowedTopic<SeedingAssigned> assignments,
      InstantSource clock,
      Duration silenceMax) {
    this.assignments = assignments;
    this.clock = clock;
    this.silenceMax = silenceMax;
    hosts =
        FollowedTopic.open(
            source,
            new FollowedTopic.Subject<>(Topic.HOST_STATUS, HostStatus.class),
            new Heartbeats());
  }

  private final class Heartbeats implements FollowedTopic.Listener<HostStatus> {
    @Override
    public void changed(FollowedTopic.Change<HostStatus> change) {
      heardAt.put(change.key(), clock.instant());
    }
  }

  /**
   * Looks for a place; one of the avoided hosts is taken only when there is no other. Empty while
   * the hosts are not known.
   *
   * @param seeding whose own earlier attempt takes no room
   */
  Optional<Placement> place(PlacementRequest request, String seeding) {
    Optional<Map<String, HostStatus>> known = hosts.snapshot();
    Optional<Map<String, SeedingAssigned>> assigned = assignments.snapshot();
    if (known.isEmpty() || assigned.isEmpty()) {
      return Optional.empty();
    }
    List<Candidate> candidates =
        known.get().values().stream().map(h -> new Candidate(h, silent(h.host()))).toList();
    List<SeedingAssigned> others =
        assigned.get().values().stream().filter(a -> !a.seeding().equals(seeding)).toList();
    Placement preferred = Placement.choose(request, candidates, others);
    if (preferred.host().isPresent() || request.hostsExcluded().isEmpty()) {
      return Optional.of(preferred);
    }
    PlacementRequest anyHost =
        new PlacementRequest(
            request.shard(), request.pool(), request.members(), request.bytesNeeded(), Set.of());
    return Optional.of(Placement.choose(anyHost, candidates, others));
  }

  /**
   * The cycles in flight of other shards; empty while they are not known.
   *
   * @param seeding whose own attempt is not counted
   */
  Optional<Set<String>> cyclesBesides(String seeding) {
    return assignments
        .snapshot()
        .map(
            assigned ->
                assigned.values().stream()
                    .filter(a -> a.purpose() == SeedingPurpose.VALIDATION)
                    .map(SeedingAssigned::seeding)
                    .filter(other -> !other.equals(seeding))
                    .collect(Collectors.toSet()));
  }

  private boolean silent(String host) {
    Instant at = heardAt.get(host);
    return at == null || at.plus(silenceMax).isBefore(clock.instant());
  }

  @Override
  public void close() {
    hosts.close();
  }
}
