package io.reseed.events;

import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt of a seeding shall become on a host; the newest record of a seeding counts, and
 * a tombstone says that it is over. Agents work towards it. Each role of agents has a topic of its
 * own with this envelope; records of different topics are read in any order. Keyed by seeding,
 * partitioned by shard.
 */
public sealed interface Assignment extends Event permits ProofAssigned, SeedingAssigned {
  /** The shard that the server belongs to. */
  ShardName shard();

  /** Names the seeding; checked to be safe as a part of a file name. */
  String seeding();

  /** Grows whenever host, origin or approach change; results of others are ignored. */
  int attempt();

  /** What the server is for. */
  SeedingPurpose purpose();

  /** The host whose agents act. */
  String host();

  /**
   * The identity that the host had when it was chosen: no other host of its name acts. Null where
   * it was not known, so that whoever has the name acts.
   */
  @Nullable String hostIdentity();

  /**
   * Whether it is for that host.
   *
   * @param identity null where the host's is not known: then its name alone counts
   */
  default boolean isFor(String name, @Nullable String identity) {
    String wanted = hostIdentity();
    return host().equals(name) && (wanted == null || identity == null || wanted.equals(identity));
  }

  /** The shard's current primary; changes within an attempt when it fails over. */
  ServerAddress primary();

  /** Whom the server replicates from: the primary, or a replica for purpose VALIDATION. */
  ServerAddress source();

  /** What the server is made from. */
  SeedingOrigin origin();

  /** This attempt after a failover. */
  Assignment repointed(ServerAddress newPrimary, ServerAddress newSource);

  /** The backup that the server is made from; null when it is cloned. */
  default @Nullable String originBackup() {
    return origin() instanceof SeedingOrigin.Backup from ? from.backup() : null;
  }

  @Override
  default String key() {
    return seeding();
  }

  @Override
  default String partitionKey() {
    return shard().toString();
  }
}
