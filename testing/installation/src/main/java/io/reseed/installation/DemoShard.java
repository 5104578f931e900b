package io.reseed.installation;

import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.testkit.MysqlServerProcess;
import java.util.List;
import java.util.Optional;

/**
 * A shard of the demo's fleet, as it was started.
 *
 * @param servers the first primary, then its replicas
 */
public record DemoShard(ShardName name, List<MysqlServerProcess> servers) {
  public DemoShard {
    servers = List.copyOf(servers);
  }

  /** The server that the fleet started at this address. */
  public Optional<MysqlServerProcess> server(ServerAddress address) {
    return servers.stream().filter(server -> server.address().equals(address)).findFirst();
  }

  /** How many replicas the shard is declared to have. */
  public int replicasDesired() {
    return servers.size() - 1;
  }
}
