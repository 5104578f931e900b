package io.reseed.failover.probe;

import io.reseed.failover.machine.Differences;
import io.reseed.failover.machine.ProbeResult;
import io.reseed.failover.machine.ProbeResult.Answered;
import io.reseed.failover.machine.ProbeResult.Channel;
import io.reseed.failover.machine.ProbeResult.Receiver;
import io.reseed.failover.machine.ProbeResult.Unobserved;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.SettingDifference;
import io.reseed.fleet.ShortenedText;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.Observation;
import io.reseed.mysql.ProbeSessions;
import io.reseed.mysql.ReplicaChannel;
import io.reseed.mysql.ServerObservation;
import io.reseed.mysql.ServerSettings;
import io.reseed.mysql.replication.PromotionCheck;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes a shard's servers: those asked for, then their sources and replicas that were not among
 * them; at last those that seemed to lack what others have. All at the same time, each within the
 * probe's timeout.
 */
final class ServerProbes {
  private static final Logger LOG = LoggerFactory.getLogger(ServerProbes.class);

  /** Servers of one observation; a shard has at most some dozens. */
  private static final int SERVERS_MAX = 300;

  private static final int DIFFERENCES_MAX = 30;

  /** Bounds what a shard's status and its stored state have of them. */
  private static final int DIFFERENCES_OF_A_SHARD_MAX = 300;

  private static final int VALUE_CHARACTERS_MAX = 200;

  private final Credentials observer;
  private final ProbeSessions sessions;
  private final Set<ServerAddress> unfinished;
  private final Set<String> differencesIgnored;

  /**
   * Prepares an observation.
   *
   * @param sessions over which servers are asked; the caller closes them
   * @param unfinished servers that replicate but are no members
   * @param differencesIgnored settings that are meant to differ
   */
  ServerProbes(
      Credentials observer,
      ProbeSessions sessions,
      Set<ServerAddress> unfinished,
      Set<String> differencesIgnored) {
    this.observer = observer;
    this.sessions = sessions;
    this.unfinished = unfinished;
    this.differencesIgnored = differencesIgnored;
  }

  List<ProbeResult> observe(Collection<ServerAddress> servers) throws InterruptedException {
    Map<ServerAddress, Observation> seen = new TreeMap<>(probe(servers));
    Set<ServerAddress> neighbours = new HashSet<>();
    for (ServerObservation server : reachable(seen)) {
      server.replication().flatMap(ReplicaChannel::source).ifPresent(neighbours::add);
      neighbours.addAll(replicas(server));
    }
    neighbours.removeAll(seen.keySet());
    seen.putAll(probe(neighbours));
    // a server that takes writes moves on while the others are asked: what counts is whether it
    // has, afterwards, all that they had
    List<ServerAddress> doubtful =
        reachable(seen).stream()
            .filter(ServerObservation::writable)
            .filter(server -> !PromotionCheck.judge(server, reachable(seen)).lacks().isEmpty())
            .map(server -> server.address())
            .toList();
    Map<ServerAddress, Observation> latest = new TreeMap<>(seen);
    latest.putAll(probe(doubtful));
    List<ProbeResult> probes = new ArrayList<>();
    latest.forEach((server, observation) -> probes.add(probed(server, observation, seen)));
    return probes;
  }

  private Map<ServerAddress, Observation> probe(Collection<ServerAddress> servers)
      throws InterruptedException {
    Map<ServerAddress, Future<Observation>> probes = new HashMap<>();
    Map<ServerAddress, Observation> seen = new HashMap<>();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      for (ServerAddress server : servers.stream().limit(SERVERS_MAX).toList()) {
        probes.put(server, threads.submit(() -> sessions.observe(server, observer)));
      }
      for (Map.Entry<ServerAddress, Future<Observation>> probe : probes.entrySet()) {
        seen.put(probe.getKey(), result(probe.getKey(), probe.getValue()));
      }
    } finally {
      threads.shutdownNow();
    }
    return seen;
  }

  /** A probe that throws is a bug, and shows nothing of its server; the others are judged. */
  private static Observation result(ServerAddress server, Future<Observation> probe)
      throws InterruptedException {
    try {
      return probe.get();
    } catch (ExecutionException e) {
      LOG.error("probe threw instead of answering server={}", server, e.getCause());
      return new Observation.Unreachable(
          server, Observation.Kind.UNREADABLE, "the probe threw " + e.getCause());
    }
  }

  private static List<ServerObservation> reachable(Map<ServerAddress, Observation> seen) {
    List<ServerObservation> reachable = new ArrayList<>();
    for (Observation observation : seen.values()) {
      if (observation instanceof Observation.Reachable answered) {
        reachable.add(answered.server());
      }
    }
    return reachable;
  }

  private List<ServerAddress> replicas(ServerObservation server) {
    return server.connectedReplicas().stream()
        .flatMap(replica -> replica.address().stream()) // a mere binlog reader reports no port
        .filter(replica -> !unfinished.contains(replica))
        .toList();
  }

  private ProbeResult probed(
      ServerAddress address, Observation observation, Map<ServerAddress, Observation> seen) {
    return switch (observation) {
      case Observation.Unreachable unreachable ->
          new Unobserved(address, unreachable.kind().provesListener(), cut(unreachable.reason()));
      case Observation.Reachable reachable -> {
        ServerObservation server = reachable.server();
        yield new Answered(
            address,
            server.serverUuid(),
            server.writable(),
            server.superReadOnly(),
            server.replication().map(ServerProbes::channel).orElse(null),
            replicas(server),
            server.writable() ? lacks(server, reachable(seen)) : Map.of(),
            server.writable() ? differences(address, seen) : Map.of(),
            server.partialReasons().stream().map(ServerProbes::cut).toList());
      }
    };
  }

  private static Map<ServerAddress, String> lacks(
      ServerObservation candidate, List<ServerObservation> others) {
    Map<ServerAddress, String> lacks = new TreeMap<>();
    PromotionCheck.judge(candidate, others)
        .lacks()
        .forEach((server, missing) -> lacks.put(server, cut(missing.toString())));
    return lacks;
  }

  private Map<ServerAddress, Differences> differences(
      ServerAddress candidate, Map<ServerAddress, Observation> seen) {
    Optional<ServerSettings> settings = sessions.settings(candidate, observer);
    Map<ServerAddress, Differences> differences = new TreeMap<>();
    if (settings.isEmpty()) {
      return differences;
    }
    int shownMax = Math.clamp(DIFFERENCES_OF_A_SHARD_MAX / seen.size(), 1, DIFFERENCES_MAX);
    for (ServerObservation other : reachable(seen)) {
      ServerAddress address = other.address();
      if (!address.equals(candidate)) {
        sessions
            .settings(address, observer)
            .map(found -> found.shortcomingsBeside(settings.get(), differencesIgnored))
            .ifPresent(found -> differences.put(address, shown(found, shownMax)));
      }
    }
    return differences;
  }

  private static Differences shown(List<SettingDifference> found, int shownMax) {
    List<SettingDifference> shown =
        found.stream()
            .limit(shownMax)
            .map(
                one ->
                    new SettingDifference(
                        one.setting(), cutValue(one.value()), cutValue(one.sourceValue())))
            .toList();
    return new Differences(shown, found.size() - shown.size());
  }

  private static String cutValue(String value) {
    return ShortenedText.of(value, VALUE_CHARACTERS_MAX);
  }

  private static Channel channel(ReplicaChannel channel) {
    return new Channel(
        channel.source().orElse(null),
        channel.sourceUuid(),
        switch (channel.receiver()) {
          case RUNNING -> Receiver.RUNNING;
          case CONNECTING -> Receiver.CONNECTING;
          case STOPPED -> Receiver.STOPPED;
        },
        channel.applierRunning(),
        channel.lagMillis().isPresent() ? channel.lagMillis().getAsLong() : null,
        channel.error().map(error -> cut(error.errno() + " " + error.text())).orElse(null));
  }

  private static String cut(String text) {
    return ShortenedText.of(text, 500);
  }
}
