package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;

/**
 * A shard is short of a replica and a seeding was assigned to make one.
 *
 * @param seeding the id under which the work can be followed
 * @param reason why the replica is missing, for people
 */
public record ReplicaRequested(
    ShardName shard,
    String seeding,
    String reason,
    ServerAddress primary,
    int replicasHealthy,
    int replicasDesired)
    implements Event {
  /** Checks presence and bounds. */
  public ReplicaRequested {
    Check.present("shard", shard);
    Check.name("seeding", seeding);
    Check.text("reason", reason);
    Check.present("primary", primary);
    Check.atLeast("replicasHealthy", 0, replicasHealthy);
    Check.atLeast("replicasDesired", 0, replicasDesired);
  }

  @Override
  public Topic topic() {
    return Topic.REPLICA_REQUESTED;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}
