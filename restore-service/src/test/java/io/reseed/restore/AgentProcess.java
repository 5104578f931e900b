package io.reseed.restore;

import io.reseed.events.HostStatus;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** An agent in a process of its own, so that a test can kill it. */
final class AgentProcess {
  private AgentProcess() {}

  /** What a test agent is given; as text, so that it can be passed to a process. */
  record Setting(
      String kafka,
      String prefix,
      String host,
      Path directory,
      int portFirst,
      URI store,
      String bucket,
      String storeKey,
      String storeSecret,
      Map<String, String> servers) {

    private static final int WORDS = 9;

    static Setting parse(String[] words) {
      return new Setting(
          words[0],
          words[1],
          words[2],
          Path.of(words[3]),
          Integer.parseInt(words[4]),
          URI.create(words[5]),
          words[6],
          words[7],
          words[8],
          Arrays.stream(words)
              .skip(WORDS)
              .map(word -> word.split("=", 2))
              .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1])));
    }

    String[] words() {
      List<String> words = new ArrayList<>();
      servers.forEach((key, value) -> words.add(key + "=" + value));
      words.addAll(
          0,
          List.of(
              kafka,
              prefix,
              host,
              directory.toString(),
              Integer.toString(portFirst),
              store.toString(),
              bucket,
              storeKey,
              storeSecret));
      return words.toArray(String[]::new);
    }

    RunningAgent start(int slots, long bytesReserved) throws InterruptedException {
      return start(slots, bytesReserved, Optional.empty());
    }

    RunningAgent start(int slots, long bytesReserved, Optional<Path> bandwidthFile)
        throws InterruptedException {
      Map<String, String> values = new TreeMap<>(values());
      values.putAll(servers);
      values.put("reseed.host.slots", Integer.toString(slots));
      values.put("reseed.host.bytes-reserved", Long.toString(bytesReserved));
      bandwidthFile.ifPresent(file -> values.put("reseed.store.bandwidth-file", file.toString()));
      return RunningAgent.start(
          RestoreConfigTest.config(values), Map.of("bootstrap.servers", kafka));
    }

    private Map<String, String> values() {
      return Map.ofEntries(
          Map.entry("reseed.instance", host),
          Map.entry("reseed.kafka.topic-prefix", prefix),
          Map.entry("reseed.store.endpoint", store.toString()),
          Map.entry("reseed.store.bucket", bucket),
          Map.entry("reseed.store.access-key", storeKey),
          Map.entry("reseed.store.secret-key", storeSecret),
          Map.entry("reseed.store.path-style", "true"),
          Map.entry("reseed.host.name", host),
          Map.entry("reseed.host.pool", HostStatus.Pool.REPLICA.name()),
          Map.entry("reseed.host.zone", "zone-a"),
          Map.entry("reseed.host.address", "127.0.0.1"),
          Map.entry("reseed.host.port-first", Integer.toString(portFirst)),
          Map.entry("reseed.host.port-last", Integer.toString(portFirst + 9)),
          Map.entry("reseed.host.directory", directory.toString()),
          Map.entry("reseed.host.buffer-pool-megabytes", "64"),
          Map.entry("reseed.restore.heartbeat-interval", "1s"),
          Map.entry("reseed.restore.store-grace-period", "2m"),
          Map.entry("reseed.restore.start-timeout", "1m"),
          Map.entry("reseed.restore.clone-timeout", "2m"),
          Map.entry("reseed.restore.death-grace", "2s"),
          Map.entry("reseed.restore.retry-interval", "1s"));
    }
  }

  /** Runs until it is killed. */
  public static void main(String[] words) throws InterruptedException {
    RunningAgent service = Setting.parse(words).start(4, 0);
    Runtime.getRuntime().addShutdownHook(new Thread(service::close));
    new CountDownLatch(1).await();
  }
}
