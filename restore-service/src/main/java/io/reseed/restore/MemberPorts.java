package io.reseed.restore;

import io.reseed.events.Event;
import io.reseed.events.ShardStatus;
import io.reseed.events.Topic;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.FollowedTopic;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which ports of this host the fleet knows shards' servers by, running or not: the disk that one
 * lies on may not be mounted now. Read anew from {@code shard-status} for each place that is given,
 * and not followed in between, since each host would read of all shards all the time. For one
 * thread.
 */
final class MemberPorts implements AutoCloseable {
  private static final Duration READ_MAX = Duration.ofSeconds(60);

  private final FollowedTopic.Source source;
  private final HostProfile host;
  private @Nullable Reading reading;

  private record Reading(FollowedTopic<Set<Integer>> topic, long sinceNanos) {}

  /** What is known. */
  sealed interface Answer {
    /** The topic is being read: ask again soon. */
    record Awaited() implements Answer {}

    /** It was not read in its time; says why. */
    record Missed(String reason) implements Answer {}

    /** By shard, the ports on this host. */
    record Known(Map<String, Set<Integer>> portsByShard) implements Answer {
      static final Known NONE = new Known(Map.of());

      public Known {
        portsByShard = Map.copyOf(portsByShard);
      }

      /** Those that servers of other shards, or of any, have. */
      Set<Integer> ports(Optional<ShardName> besides) {
        Set<Integer> ports = new HashSet<>();
        portsByShard.forEach(
            (shard, own) -> {
              if (!besides.map(ShardName::toString).equals(Optional.of(shard))) {
                ports.addAll(own);
              }
            });
        return ports;
      }
    }
  }

  MemberPorts(FollowedTopic.Source source, HostProfile host) {
    this.source = source;
    this.host = host;
  }

  /** What is known now; never waits. Begins to read when nothing is being read. */
  Answer ask() {
    Reading now = reading;
    if (now == null) {
      now = new Reading(open(), System.nanoTime());
      reading = now;
    }
    Optional<Map<String, Set<Integer>>> read = now.topic().snapshot();
    if (read.isPresent()) {
      return new Answer.Known(read.get());
    }
    return System.nanoTime() - now.sinceNanos() < READ_MAX.toNanos()
        ? new Answer.Awaited()
        : new Answer.Missed(now.topic().trouble().orElse("shard-status is being read"));
  }

  private FollowedTopic<Set<Integer>> open() {
    return FollowedTopic.open(
        source,
        new FollowedTopic.Subject<>(Topic.SHARD_STATUS, this::portsHere),
        new FollowedTopic.Listener<>() {});
  }

  private Set<Integer> portsHere(Event event) {
    Set<Integer> ports = new HashSet<>();
    for (ServerAddress server : servers((ShardStatus) event)) {
      if (server.host().equalsIgnoreCase(host.address())
          || server.host().equalsIgnoreCase(host.name())) {
        ports.add(server.port());
      }
    }
    return Set.copyOf(ports);
  }

  private static List<ServerAddress> servers(ShardStatus status) {
    return status.members().stream().map(ShardStatus.Member::server).toList();
  }

  /** What was read is old from now on. */
  void done() {
    Reading now = reading;
    if (now != null) {
      reading = null;
      // it may wait for a broker: not here
      Thread.ofVirtual().name("member-ports-closer").start(now.topic()::close);
    }
  }

  @Override
  public void close() {
    done();
  }
}
