package io.reseed.events;

import io.reseed.events.rule.Check;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The desired state of one shard; the newest declaration counts, a tombstone takes the shard out of
 * Reseed's care (no server is touched by that).
 *
 * @param replicasDesired how many replicas the primary shall have, without the primary itself
 * @param servers some servers of the shard, enough to find all others through them
 * @param backups how its backups are made; absent: as the services' configuration says
 */
public record ShardDeclared(
    ShardName shard,
    int replicasDesired,
    List<ServerAddress> servers,
    @Nullable BackupPolicy backups)
    implements Event {
  /** Checks 0 to 50 replicas and 1 to 100 distinct servers. */
  public ShardDeclared {
    Check.present("shard", shard);
    Check.within("replicasDesired", 0, 50, replicasDesired);
    servers = Check.atMost("servers", 100, servers);
    if (servers.isEmpty()) {
      throw new InvalidFieldException("servers", "must name at least one server of the shard");
    }
    if (servers.stream().distinct().count() != servers.size()) {
      throw new InvalidFieldException("servers", "must not name a server twice");
    }
  }

  @Override
  public Topic topic() {
    return Topic.SHARD_DECLARED;
  }

  @Override
  public String key() {
    return shard.toString();
  }
}
