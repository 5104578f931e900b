package io.reseed.coordinator.hosts;

import io.reseed.events.HostStatus;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.events.WorkPaused;
import io.reseed.events.placement.Candidate;
import io.reseed.events.placement.Placement;
import io.reseed.events.placement.PlacementRequest;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.FollowedTopic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All hosts and what is assigned to them, kept up to date for placements; whatever becomes of the
 * topics, it goes on by itself. A host from which no heartbeat was received for longer than the
 * heartbeat timeout counts as dead, by this process' own steady clock: clocks of hosts and brokers
 * do not matter, and what lay in the topic before this began to read counts for nothing. So after a
 * start a living host is known as such with its next heartbeat, and a dead one never. Thread-safe.
 */
public final class HostRegistry implements AutoCloseable {
  private static final long SETTLING_POLL_MILLIS = 200;

  private final Duration heartbeatTimeout;
  private final Heartbeats heartbeats;
  private final FollowedTopic<HostStatus> hosts;
  private final FollowedTopic<SeedingAssigned> assignments;
  private final Pauses pauses;

  /**
   * Begins to read the hosts.
   *
   * @param assignments belongs to the caller
   */
  public HostRegistry(
      FollowedTopic.Source source,
      FollowedTopic<SeedingAssigned> assignments,
      Duration heartbeatTimeout) {
    this.heartbeatTimeout = heartbeatTimeout;
    this.assignments = assignments;
    heartbeats = new Heartbeats(heartbeatTimeout, System::nanoTime);
    hosts =
        FollowedTopic.open(
            source, new FollowedTopic.Subject<>(Topic.HOST_STATUS, HostStatus.class), heartbeats);
    pauses = new Pauses(source, InstantSource.system());
  }

  /** After how long without a heartbeat a host counts as dead; {@link #place} waits so long. */
  public Duration heartbeatTimeout() {
    return heartbeatTimeout;
  }

  /** Why the hosts are not known, if so, for people; then nothing can be placed. */
  public Optional<String> trouble() {
    return hosts.trouble().or(assignments::trouble).or(pauses::trouble);
  }

  /**
   * What each host, dead or alive, said last; none while they are not known. Of a name that living
   * hosts share, what each of them said.
   */
  public Collection<HostStatus> statuses() {
    return hosts.snapshot().orElseGet(Map::of).values().stream()
        .flatMap(
            last -> {
              List<HostStatus> speakers = heartbeats.speakers(last.host());
              return speakers.size() > 1 ? speakers.stream() : Stream.of(last);
            })
        .toList();
  }

  /** The names under which more than one host speaks: nothing new is placed on these. */
  public Set<String> namesShared() {
    return heartbeats.namesShared();
  }

  /**
   * Why nothing new is to be begun for the shard, if an operator said so. Nothing is placed while
   * that is not known, see {@link #trouble}.
   */
  public Optional<WorkPaused> pause(ShardName shard) {
    return pauses.of(shard);
  }

  /** All assignments by seeding; empty while they are not known. */
  public Optional<Map<String, SeedingAssigned>> assignments() {
    return assignments.snapshot();
  }

  /**
   * Looks for a place for a server of a seeding, whose own earlier attempts take no room. When
   * there is none it waits until every living host had the time to be heard: just after a start, up
   * to the heartbeat timeout.
   *
   * @return empty when the hosts are not known, see {@link #trouble}
   */
  public Optional<Placement> place(PlacementRequest request, String seeding)
      throws InterruptedException {
    while (true) {
      // asked before the hosts: who is heard in between is seen
      boolean settled = heartbeats.unsettledNanos().orElse(1) == 0;
      Optional<Placement> placement = placeNow(request, seeding);
      if (settled || placement.isEmpty() || placement.get().host().isPresent()) {
        return placement;
      }
      Thread.sleep(SETTLING_POLL_MILLIS);
    }
  }

  private Optional<Placement> placeNow(PlacementRequest request, String seeding) {
    Optional<Map<String, HostStatus>> known = hosts.snapshot();
    Optional<Map<String, SeedingAssigned>> assigned = assignments.snapshot();
    if (known.isEmpty() || assigned.isEmpty() || !pauses.known()) {
      return Optional.empty();
    }
    List<Candidate> candidates = known.get().values().stream().map(this::candidate).toList();
    List<SeedingAssigned> others =
        assigned.get().values().stream().filter(a -> !a.seeding().equals(seeding)).toList();
    return Optional.of(Placement.choose(request, candidates, others));
  }

  private Candidate candidate(HostStatus host) {
    String pause = pauses.ofHost(host.host()).map(WorkPaused::reason).orElse(null);
    HostStatus rival =
        heartbeats.speakers(host.host()).stream()
            .filter(speaker -> !speaker.mayShareHostWith(host))
            .findFirst()
            .orElse(null);
    return new Candidate(host, heartbeats.isTimedOut(host.host()), rival, pause);
  }

  /** Stops reading the hosts. */
  @Override
  public void close() {
    pauses.close();
    hosts.close();
  }
}
