package io.reseed.failover.probe;

import io.reseed.events.Event;
import io.reseed.events.ShardDeclared;
import io.reseed.events.Topic;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.FollowedTopic;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How many servers the clusters have by their shards' declarations, over all instances of the
 * detector. Thread-safe.
 */
public final class DeclaredServers implements AutoCloseable {
  private final FollowedTopic<Integer> declarations;

  /** Begins to read the declarations, of which little is kept. */
  public DeclaredServers(FollowedTopic.Source source) {
    declarations =
        FollowedTopic.open(
            source,
            new FollowedTopic.Subject<>(Topic.SHARD_DECLARED, DeclaredServers::servers),
            new FollowedTopic.Listener<>() {});
  }

  private static Integer servers(Event event) {
    return ((ShardDeclared) event).replicasDesired() + 1;
  }

  /** How many servers the shards of a cluster shall have; empty while that is not known. */
  OptionalInt of(String cluster) {
    return declarations
        .snapshot()
        .map(
            all ->
                OptionalInt.of(
                    all.entrySet().stream()
                        .filter(one -> ShardName.parse(one.getKey()).cluster().equals(cluster))
                        .mapToInt(Map.Entry::getValue)
                        .sum()))
        .orElseGet(OptionalInt::empty);
  }

  /** How many shards are declared; 0 while that is not known. */
  public int shards() {
    return declarations.snapshot().map(Map::size).orElse(0);
  }

  /** Stops reading. */
  @Override
  public void close() {
    declarations.close();
  }
}
