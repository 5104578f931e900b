package io.reseed.validator.cycle;

import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is to be done outside; each may be asked for again at any time. */
sealed interface CycleEffect {

  /**
   * Look what the repository holds for the shard.
   *
   * @param usable what was there and usable, and must not be said to be gone on a listing's word
   * @param fit what the present primary can use of it
   */
  record ListBackups(ShardName shard, int look, Set<String> usable, Fit fit)
      implements CycleEffect {
    /** Copies. */
    public ListBackups {
      usable = Set.copyOf(usable);
    }
  }

  /**
   * What a primary can use.
   *
   * @param primary whom to ask; absent while there is none
   * @param unusable by backup, why it could not when it was last asked; holds if it does not answer
   */
  record Fit(@Nullable ServerAddress primary, Map<String, String> unusable) {
    /** Copies. */
    public Fit {
      unusable = Map.copyOf(unusable);
    }
  }

  /** Write a verdict beside its backup. */
  record RecordVerdict(ShardName shard, PendingVerdicts.Decided verdict) implements CycleEffect {}

  /**
   * Look for a backup host with room.
   *
   * @param members all servers of the shard, whose hosts cannot be taken
   * @param hostsAvoided taken only when no other can be
   */
  record FindPlace(
      ShardName shard,
      CycleInput.Token token,
      Room room,
      Set<ServerAddress> members,
      Set<String> hostsAvoided)
      implements CycleEffect {
    /** Copies. */
    public FindPlace {
      members = Set.copyOf(members);
      hostsAvoided = Set.copyOf(hostsAvoided);
    }
  }

  /**
   * How much room is needed.
   *
   * @param bytesRaw of the backup; absent: the donor is asked
   * @param percent of those bytes
   */
  record Room(@Nullable Long bytesRaw, int percent) {
    long bytes(long ofDonor) {
      long raw = bytesRaw == null ? ofDonor : bytesRaw;
      return raw + raw / 100 * (percent - 100);
    }
  }
}
