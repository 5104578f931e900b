package io.reseed.events.placement;

import io.reseed.events.HostStatus;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.util.Set;

/**
 * What a place is looked for.
 *
 * @param shard whose server it will be
 * @param pool the hosts that may be taken
 * @param members the shard's servers, by which the hosts and zones that it uses are known
 * @param bytesNeeded on the disk, once the data is restored
 * @param hostsExcluded by name
 */
public record PlacementRequest(
    ShardName shard,
    HostStatus.Pool pool,
    Set<ServerAddress> members,
    long bytesNeeded,
    Set<String> hostsExcluded) {
  /** Copies the sets. */
  public PlacementRequest {
    members = Set.copyOf(members);
    hostsExcluded = Set.copyOf(hostsExcluded);
  }
}
