package io.reseed.installation;

import io.reseed.fleet.ShardName;
import io.reseed.mysql.replication.Clone;
import io.reseed.mysql.replication.CloneRequest;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.MysqlServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
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
    List<MysqlServerProcess> servers =
        started(fleet, IntStream.rangeClosed(0, replicas).mapToObj(i -> name(label, i)).toList());
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

  private static String name(String label, int index) {
    return "shard-" + label + "-" + (char) ('a' + index);
  }

  /** Starts servers of these names at the same time. */
  private static List<MysqlServerProcess> started(MysqlFleet fleet, List<String> names) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<MysqlServerProcess>> starting =
          names.stream()
              .map(name -> CompletableFuture.supplyAsync(() -> fleet.newServer(name), threads))
              .toList();
      return starting.stream().map(CompletableFuture::join).toList();
    }
  }
}
