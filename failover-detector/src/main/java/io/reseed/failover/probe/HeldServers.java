package io.reseed.failover.probe;

import io.reseed.events.HostStatus;
import io.reseed.events.HostStatus.HeldServer;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.HostStatus.Pool;
import io.reseed.failover.machine.ShardSnapshot;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What the hosts show of the servers that they hold. */
final class HeldServers {
  private HeldServers() {}

  /** The attempts of the shard whose servers their hosts handed over to the fleet. */
  static Set<ShardSnapshot.KeptAttempt> kept(Collection<HostStatus> hosts, ShardName shard) {
    Set<ShardSnapshot.KeptAttempt> kept = new HashSet<>();
    for (HostStatus host : hosts) {
      for (HeldServer held : host.servers()) {
        ServerAddress server = held.server();
        if (held.shard().equals(shard) && held.state() == HeldState.KEPT && server != null) {
          kept.add(new ShardSnapshot.KeptAttempt(held.seeding(), held.attempt(), server));
        }
      }
    }
    return kept;
  }

  /** Servers that replicate but are no members: in the making, or of the backup pipeline. */
  static Set<ServerAddress> unfinished(Collection<HostStatus> hosts) {
    Set<ServerAddress> unfinished = new HashSet<>();
    for (HostStatus host : hosts) {
      for (HeldServer held : host.servers()) {
        boolean member = held.state() == HeldState.KEPT && host.pool() == Pool.REPLICA;
        if (held.server() != null && !member) {
          unfinished.add(held.server());
        }
      }
    }
    return unfinished;
  }
}
