package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import org.jspecify.annotations.Nullable;

/**
 * The assignment of those who make a server and have it replicate: its host's restore-service, and
 * the catchup-service. A server takes its irreversible steps only while its attempt is the assigned
 * one.
 */
public record SeedingAssigned(
    ShardName shard,
    String seeding,
    int attempt,
    SeedingPurpose purpose,
    Goal goal,
    String host,
    ServerAddress primary,
    ServerAddress source,
    SeedingOrigin origin,
    @Nullable String hostIdentity)
    implements Assignment {

  /** What shall become of the server. */
  public enum Goal {
    /** Make it from its origin, start it fenced, watch its mysqld, and let it be caught up. */
    MAKE,
    /** Keep the caught-up server replicating; its mysqld is watched by the proof agent. */
    REPLICATE,
    /** Keep its folder and touch nothing: the proof agent stops and starts it. */
    HOLD,
    /** It belongs to the fleet now: lift the fence, never remove it. */
    KEEP
  }

  /** Checks presence. */
  public SeedingAssigned {
    Check.present("shard", shard);
    Check.name("seeding", seeding);
    Check.atLeast("attempt", 1, attempt);
    Check.present("purpose", purpose);
    Check.present("goal", goal);
    Check.name("host", host);
    Check.present("primary", primary);
    Check.present("source", source);
    Check.present("origin", origin);
    Check.optionalName("hostIdentity", hostIdentity);
    boolean fits =
        switch (goal) {
          case MAKE -> true;
          case REPLICATE, HOLD -> purpose == SeedingPurpose.VALIDATION;
          case KEEP -> purpose == SeedingPurpose.REPLICA;
        };
    if (!fits) {
      throw new InvalidFieldException("goal", "does not fit the purpose " + purpose);
    }
  }

  @Override
  public SeedingAssigned repointed(ServerAddress newPrimary, ServerAddress newSource) {
    return new SeedingAssigned(
        shard, seeding, attempt, purpose, goal, host, newPrimary, newSource, origin, hostIdentity);
  }

  @Override
  public Topic topic() {
    return Topic.SEEDING_ASSIGNED;
  }
}
