package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;

/**
 * A server was made from its origin: it runs, fenced, with exactly the GTID set of its origin.
 *
 * @param serverUuid the fresh server_uuid
 * @param gtidSet its gtid_executed
 * @param bytesRead bytes read from the store, or received from the donor
 * @param bytesWritten bytes of data files written to disk
 * @param durationMillis from the start of the work on this attempt, over restarts of the agent
 */
public record BackupRestored(
    ShardName shard,
    String seeding,
    int attempt,
    SeedingPurpose purpose,
    String host,
    ServerAddress server,
    String serverUuid,
    SeedingOrigin origin,
    String gtidSet,
    long bytesRead,
    long bytesWritten,
    long durationMillis)
    implements Event {
  /** Checks presence and bounds. */
  public BackupRestored {
    Check.present("shard", shard);
    Check.name("seeding", seeding);
    Check.atLeast("attempt", 1, attempt);
    Check.present("purpose", purpose);
    Check.name("host", host);
    Check.present("server", server);
    Check.name("serverUuid", serverUuid);
    Check.present("origin", origin);
    Check.gtidSet("gtidSet", gtidSet);
    Check.atLeast("bytesRead", 0, bytesRead);
    Check.atLeast("bytesWritten", 0, bytesWritten);
    Check.atLeast("durationMillis", 0, durationMillis);
  }

  @Override
  public Topic topic() {
    return Topic.BACKUP_RESTORED;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}
