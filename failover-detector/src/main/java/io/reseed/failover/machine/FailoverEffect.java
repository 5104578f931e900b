package io.reseed.failover.machine;

import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.util.Set;

/** What the detector wants to know from the outside; none of these changes anything there. */
public sealed interface FailoverEffect {
  ShardName shard();

  /** Under which its answer is awaited; no two of the same kind have the same. */
  long ticket();

  /**
   * Observe these servers, the primary's replicas that are not among them, and what the hosts show
   * of the shard's seedings. Asked for again under the same ticket, it is the same look.
   */
  record Observe(ShardName shard, long ticket, Set<ServerAddress> servers, Urgency urgency)
      implements FailoverEffect {
    public Observe {
      servers = Set.copyOf(servers);
    }
  }

  /** Whom a look may keep waiting, and who may keep it waiting. */
  enum Urgency {
    /** News are to be looked into, or a primary is in doubt. */
    INCIDENT,
    /** All servers answered the last time. */
    ROUTINE,
    /** Some server did not answer the last time, or none was ever looked at. */
    DOUBTFUL
  }

  /** Choose the best backup that fits what the primary has executed and purged by now. */
  record ChooseBackup(
      ShardName shard, String seeding, long ticket, ServerAddress primary, Set<String> excluded)
      implements FailoverEffect {
    public ChooseBackup {
      excluded = Set.copyOf(excluded);
    }
  }

  /**
   * Find a host of pool replica.
   *
   * @param hostsInUse by other seedings of this shard, whether or not the hosts show them yet
   * @param hostsExcluded where an attempt of this seeding failed
   */
  record FindPlace(
      ShardName shard,
      String seeding,
      long ticket,
      Set<ServerAddress> members,
      long bytes,
      Set<String> hostsInUse,
      Set<String> hostsExcluded)
      implements FailoverEffect {
    public FindPlace {
      members = Set.copyOf(members);
      hostsInUse = Set.copyOf(hostsInUse);
      hostsExcluded = Set.copyOf(hostsExcluded);
    }
  }
}
