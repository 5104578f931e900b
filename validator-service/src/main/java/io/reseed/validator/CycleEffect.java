package io.reseed.validator;

import io.reseed.events.ServerAddress;
import io.reseed.events.ShardName;
import java.util.Set;

/** What is to be looked up outside; each may be asked again at any time. */
sealed interface CycleEffect {

  /** Look what the repository holds for the shard. */
  record ListBackups(ShardName shard, int look) implements CycleEffect {}

  /**
   * Ask the donor how big it is, and look for a backup host with room for as much.
   *
   * @param members all servers of the shard, whose hosts cannot be taken
   * @param hostsAvoided taken only when no other can be
   */
  record FindPlace(
      ShardName shard, CycleInput.Token token, Set<ServerAddress> members, Set<String> hostsAvoided)
      implements CycleEffect {
    /** Copies. */
    public FindPlace {
      members = Set.copyOf(members);
      hostsAvoided = Set.copyOf(hostsAvoided);
    }
  }
}
