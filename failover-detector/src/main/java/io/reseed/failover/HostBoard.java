package io.reseed.failover;

import io.reseed.events.DecodedEvent;
import io.reseed.events.Event;
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
import io.reseed.kafka.CompactedView;
import io.reseed.kafka.EventTopics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all hosts show and what is assigned to them, kept up to date. Thread-safe. */
final class HostBoard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostBoard.class);

  private final InstantSource clock;
  private final Duration silenceMax;
  private final Map<String, Instant> heardAt = new ConcurrentHashMap<>();
  private final CompactedView<HostStatus> hosts;
  private final CompactedView<SeedingAssigned> assignments;
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
    hosts =
        open(kafka, topics, new Subject<>(Topic.HOST_STATUS, HostStatus.class), new Heartbeats());
    assignments =
        open(
            kafka,
            topics,
            new Subject<>(Topic.SEEDING_ASSIGNED, SeedingAssigned.class),
            new Complaints<>());
  }

  /** After how long without a heartbeat a host counts as dead. */
  Duration silenceMax() {
    return silenceMax;
  }

  /** A topic and what it carries. */
  private record Subject<E extends Event>(Topic topic, Class<E> type) {
    @Nullable E decoded(EventTopics topics, ConsumerRecord<byte[], byte[]> record) {
      return switch (topics.decode(topic, record)) {
        case DecodedEvent.Valid valid -> type.cast(valid.event());
        case DecodedEvent.Tombstone _ -> null;
        case DecodedEvent.Rejected rejected ->
            throw new IllegalArgumentException(rejected.failure().message());
      };
    }
  }

  private static <E extends Event> CompactedView<E> open(
      Map<String, String> kafka,
      EventTopics topics,
      Subject<E> subject,
      CompactedView.Listener<E> listener) {
    return CompactedView.open(
        kafka,
        topics.name(subject.topic()),
        Optional.empty(),
        record -> subject.decoded(topics, record),
        listener);
  }

  /** Says so when a record cannot be used; the machine's own inputs are dead-lettered already. */
  private static class Complaints<E> implements CompactedView.Listener<E> {
    @Override
    public void unreadable(ConsumerRecord<byte[], byte[]> record, RuntimeException thrown) {
      LOG.warn(
          "record skipped topic={} partition={} offset={} reason={}",
          record.topic(),
          record.partition(),
          record.offset(),
          thrown.getMessage());
    }
  }

  private final class Heartbeats extends Complaints<HostStatus> {
    @Override
    public void caughtUp() {
      listeningSince = clock.instant();
    }

    @Override
    public void changed(String host, @Nullable HostStatus status) {
      if (status == null) {
        heardAt.remove(host);
      } else if (listeningSince != null) {
        heardAt.put(host, clock.instant());
      }
    }
  }

  /** Why the hosts are not known, if so; then nothing must be placed. */
  Optional<String> trouble() {
    Optional<String> lost = hosts.lostReason().or(assignments::lostReason);
    if (lost.isPresent()) {
      return lost;
    }
    return hosts.isCaughtUp() && assignments.isCaughtUp()
        ? Optional.empty()
        : Optional.of("the hosts' status is still being read");
  }

  /** Whether every living host had the time to be heard since this began to listen. */
  boolean isSettled() {
    Instant since = listeningSince;
    return since != null && !since.plus(silenceMax).isAfter(clock.instant());
  }

  /** Looks for a place for a server of a seeding, whose own earlier attempts take no room. */
  Placement place(PlacementRequest request, String seeding) {
    List<Candidate> candidates =
        hosts.values().values().stream().map(host -> new Candidate(host, silent(host))).toList();
    List<SeedingAssigned> others =
        assignments.values().values().stream()
            .filter(assigned -> !assigned.seeding().equals(seeding))
            .toList();
    return Placement.choose(request, candidates, others);
  }

  private boolean silent(HostStatus host) {
    Instant at = heardAt.get(host.host());
    return at == null || at.plus(silenceMax).isBefore(clock.instant());
  }

  /** The attempts of the shard whose servers their hosts handed over to the fleet. */
  Set<View.KeptAttempt> kept(ShardName shard) {
    Set<View.KeptAttempt> kept = new HashSet<>();
    for (HostStatus host : hosts.values().values()) {
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
    for (HostStatus host : hosts.values().values()) {
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
