package io.reseed.events;

import io.reseed.events.check.CheckPlan;
import io.reseed.events.rule.Check;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import org.jspecify.annotations.Nullable;

/**
 * The wish for one server, the newest record of a seeding counts; a tombstone says that it is over.
 * Keyed by seeding, partitioned by shard. Agents work towards it: see {@link Goal}. A server takes
 * its irreversible steps only while its attempt is the assigned one.
 *
 * @param attempt grows whenever host, origin or approach change; results of others are ignored
 * @param host the host whose agents act
 * @param primary the shard's current primary; changes within an attempt when it fails over
 * @param source whom to replicate from: the primary, or a replica for purpose VALIDATION
 * @param checks what goal CHECK covers; with purpose VALIDATION only
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
    @Nullable CheckPlan checks)
    implements Assignment {

  /** What the agents of the host shall reach. */
  public enum Goal {
    /** Make the server from its origin, start it fenced, and let it be caught up. */
    MAKE,
    /** Check the caught-up server, which replicates on. */
    CHECK,
    /** Stop the checked server cleanly and snapshot it as a backup. */
    SNAPSHOT,
    /** Restore the new backup beside the stopped server, start it and check it. */
    READ_BACK,
    /** The server belongs to the fleet now: lift the fence, never remove it. */
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
    boolean fits =
        switch (goal) {
          case MAKE -> true;
          case CHECK, SNAPSHOT, READ_BACK -> purpose == SeedingPurpose.VALIDATION;
          case KEEP -> purpose == SeedingPurpose.REPLICA;
        };
    if (!fits) {
      throw new InvalidFieldException("goal", "does not fit the purpose " + purpose);
    }
    if (checks != null && purpose != SeedingPurpose.VALIDATION) {
      throw new InvalidFieldException("checks", "do not fit the purpose " + purpose);
    }
  }

  /** The same attempt with another goal. */
  public SeedingAssigned withGoal(Goal next) {
    return new SeedingAssigned(
        shard, seeding, attempt, purpose, next, host, primary, source, origin, checks);
  }

  /**
   * The same attempt after a failover. Contents are compared on only with the server that it still
   * replicates from, and never with a primary.
   */
  public SeedingAssigned repointed(ServerAddress newPrimary, ServerAddress newSource) {
    return new SeedingAssigned(
        shard,
        seeding,
        attempt,
        purpose,
        goal,
        host,
        newPrimary,
        newSource,
        origin,
        checks == null ? null : checks.repointed(newPrimary, newSource));
  }

  @Override
  public Topic topic() {
    return Topic.SEEDING_ASSIGNED;
  }

  @Override
  public String key() {
    return seeding;
  }

  @Override
  public String partitionKey() {
    return shard.toString();
  }
}
