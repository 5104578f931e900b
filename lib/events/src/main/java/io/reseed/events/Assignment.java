package io.reseed.events;

import io.reseed.fleet.ShardName;

/**
 * What one attempt of a seeding shall become on a host, the newest record of a seeding counts; a
 * tombstone says that it is over. Agents work towards it.
 */
public sealed interface Assignment extends Event permits SeedingAssigned {
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
}
