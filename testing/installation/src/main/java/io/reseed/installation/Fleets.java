package io.reseed.installation;

import io.reseed.fleet.ShardName;
import io.reseed.mysql.replication.Clone;
import io.reseed.mysql.replication.CloneRequest;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.MysqlServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the demo's shards. */
public final class Fleets {
  private static final Logger LOG = LoggerFactory.getLogger(Fleets.class);
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private Fleets() {}

  /** A primary with the data, and replicas cloned from it that replicate. */
  public static DemoShard newShard(MysqlFleet fleet, ShardName name, int replicas, Dataset data) {
    String label = name.shard().replaceAll("[^A-Za-z0-9]", "x");
    List<MysqlServerProcess> servers = new ArrayList<>();
    for (int i = 0; i <= replicas; i++) {
      servers.add(fleet.newServer("shard-" + label + "-" + (char) ('a' + i)));
    }
    MysqlServerProcess primary = servers.getFirst();
    data.loadInto(primary);
    LOG.info("data loaded shard={} server={}", name, primary.address());
    for (MysqlServerProcess replica : servers.subList(1, servers.size())) {
      Clone.run(
          replica.local(),
          new CloneRequest(
              primary.address(), fleet.accounts().donor(), fleet.accounts().admin(), 0, TIMEOUT),
          progress -> {});
      replica.start();
      replica.replicateFrom(primary, TIMEOUT);
      LOG.info("replica cloned shard={} server={}", name, replica.address());
    }
    return new DemoShard(name, servers);
  }
}
