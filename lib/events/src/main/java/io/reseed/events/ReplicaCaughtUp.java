package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.SettingDifference;
import io.reseed.fleet.ShardName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A seeded server replicates and caught up: its executed set contains the source's at a pinned
 * moment, and its lag stayed below the bound for several samples.
 *
 * @param source whom it replicates from
 * @param gtidSet its gtid_executed when it was declared caught up
 * @param transactionsReplayed how many transactions it executed since its restore
 * @param durationMillis from the first attach to the announcement
 * @param differences settings that it has otherwise than its source; absent where there are none,
 *     and for a server that is made to prove a backup
 */
public record ReplicaCaughtUp(
    ShardName shard,
    String seeding,
    int attempt,
    SeedingPurpose purpose,
    String host,
    ServerAddress server,
    String serverUuid,
    ServerAddress source,
    String gtidSet,
    long transactionsReplayed,
    long lagMillis,
    long durationMillis,
    @Nullable List<SettingDifference> differences)
    implements Event {
  private static final int DIFFERENCES_MAX = 100;

  /** Checks presence and bounds. */
  public ReplicaCaughtUp {
    Check.present("shard", shard);
    Check.name("seeding", seeding);
    Check.atLeast("attempt", 1, attempt);
    Check.present("purpose", purpose);
    Check.name("host", host);
    Check.present("server", server);
    Check.name("serverUuid", serverUuid);
    Check.present("source", source);
    Check.gtidSet("gtidSet", gtidSet);
    Check.atLeast("transactionsReplayed", 0, transactionsReplayed);
    Check.atLeast("lagMillis", 0, lagMillis);
    Check.atLeast("durationMillis", 0, durationMillis);
    if (differences != null) {
      differences = Check.atMost("differences", DIFFERENCES_MAX, differences);
    }
  }

  @Override
  public Topic topic() {
    return Topic.REPLICA_CAUGHT_UP;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}
