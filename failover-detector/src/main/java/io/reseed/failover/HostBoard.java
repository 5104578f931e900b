package io.reseed.failover;

import io.reseed.events.HostStatus;
import io.reseed.events.HostStatus.HeldServer;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.HostStatus.Pool;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.events.placement.Candidate;
import io.reseed.events.placement.Placement;
import io.reseed.events.placement.PlacementRequest;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What all hosts show and what is assigned to them, kept up to date. Thread-safe. */
final class HostBoard implements AutoCloseable {
  private final InstantSource clock;
  private final Duration silenceMax;
  private final Map<String, Instant> heardAt = new ConcurrentHashMap<>();
  private final FollowedTopic<HostStatus> hosts;
  private final FollowedTopic<SeedingAssigned> assignments;
  private volatile @Nullable Instant listeningSince;

  /**
   * Begins to read.
   *
   * @param silenceMax a host that was not heard for longer counts as dead. What was in the topic
   *     before this began to read says nothing: a host that died years ago has its record there.
   */
  HostBoard(
      Map<String, String> kafka, EventTopics topics, InstantSource clock, Duration silenceMax) {
    this.clock = clock;
    this.silenceMax = silenceMax;
    FollowedTopic.Source source = new FollowedTopic.Source(kafka, topics);
    hosts =
        FollowedTopic.open(
            source,
            new FollowedTopic.Subject<>(Topic.HOST_STATUS, HostStatus.class),
            new Heartbeats());
    assignments =
        FollowedTopic.open(
            source,
            new FollowedTopic.Subject<>(Topic.SEEDING_ASSIGNED, SeedingAssigned.class),
            new FollowedTopic.Listener<>() {});
  }

  /** After how long without a heartbeat a host counts as dead. */
  Duration silenceMax() {
    return silenceMax;
  }

  /** A heartbeat says something of the present only when it came while this listened. */
  private final class Heartbeats implements FollowedTopic.Listener<HostStatus> {
    @Override
    public void known() {
      listeningSince = clock.instant();
    }

    @Override
    public void unknown(FollowedTopic.Trouble trouble, String reason) {
      listeningSince = null;
    }

    @Override
    public void changed(FollowedTopic.Change<HostStatus> change) {
      if (change.value().isEmpty()) {
        heardAt.remove(change.key());
      } else if (!change.replayed()) {
        heardAt.put(change.key(), clock.instant());
      }
    }
  }

  /** Why the hosts are not known, if so; then nothing must be placed. */
  Optional<String> trouble() {
    return hosts.trouble().or(assignments::trouble);
  }

  /** Whether every living host had the time to be heard since this began to listen. */
  boolean isSettled() {
    Instant since = listeningSince;
    return since != null && !since.plus(silenceMax).isAfter(clock.instant());
  }

  /** Looks for a place for a server of a seeding, whose own earlier attempts take no room. */
  Placement place(PlacementRequest request, String seeding) {
    List<Candidate> candidates =
        hosts().values().stream().map(host -> new Candidate(host, silent(host))).toList();
    List<SeedingAssigned> others =
        assignments.snapshot().orElseGet(Map::of).values().stream()
            .filter(assigned -> !assigned.seeding().equals(seeding))
            .toList();
    return Placement.choose(request, candidates, others);
  }

  /** None while they are not known: see {@link #trouble}. */
  private Map<String, HostStatus> hosts() {
    return hosts.snapshot().orElseGet(Map::of);
  }

  private boolean silent(HostStatus host) {
    Instant at = heardAt.get(host.host());
    return at == null || at.plus(silenceMax).isBefore(clock.instant());
  }

  /** The attempts of the shard whose servers their hosts handed over to the fleet. */
  Set<View.KeptAttempt> kept(ShardName shard) {
    Set<View.KeptAttempt> kept = new HashSet<>();
    for (HostStatus host : hosts().values()) {
      for (HeldServer held : host.servers()) {
        if (held.shard().equals(shard) && held.state() == HeldState.KEPT) {
          kept.add(new View.KeptAttempt(held.seeding(), held.attempt()));
        }
      }
    }
    return kept;
  }

  /** Servers that replicate but are no members: in the making, or of the backup pipeline. */
  Set<ServerAddress> unfinished() {
    Set<ServerAddress> unfinished = new HashSet<>();
    for (HostStatus host : hosts().values()) {
      for (HeldServer held : host.servers()) {
        boolean member = held.state() == HeldState.KEPT && host.pool() == Pool.REPLICA;
        if (held.server() != null && !member) {
          unfinished.add(held.server());
        }
      }
    }
    return unfinished;
  }

  @Override
  public void close() {
    hosts.close();
    assignments.close();
  }
}
