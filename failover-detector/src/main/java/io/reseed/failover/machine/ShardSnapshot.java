package io.reseed.failover.machine;

import io.reseed.fleet.ServerAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one observation showed of a shard.
 *
 * @param probes of the servers asked for, and of the primary's replicas found on the way
 * @param kept which attempts the hosts show as handed over
 */
public record ShardSnapshot(Map<ServerAddress, ProbeResult> probes, Set<KeptAttempt> kept) {
  /** Copies. */
  public ShardSnapshot {
    probes = Map.copyOf(probes);
    kept = Set.copyOf(kept);
  }

  /** An attempt whose server its host handed over to the fleet, and where that listens. */
  public record KeptAttempt(String seeding, int attempt, ServerAddress server) {}

  /** What was seen, by server. */
  public static ShardSnapshot of(List<ProbeResult> probes, Set<KeptAttempt> kept) {
    return new ShardSnapshot(
        probes.stream()
            .collect(Collectors.toMap(ProbeResult::server, Function.identity(), (a, _) -> a)),
        kept);
  }

  @Nullable ProbeResult of(ServerAddress server) {
    return probes.get(server);
  }

  /** Whether no server answered at all. */
  boolean isSilent() {
    return probes.values().stream().noneMatch(ProbeResult.Answered.class::isInstance);
  }

  /** Where something answered, but no server let itself be observed: one that refused. */
  Optional<ProbeResult.Unobserved> refused() {
    List<ProbeResult.Unobserved> unobserved =
        probes.values().stream()
            .filter(ProbeResult.Unobserved.class::isInstance)
            .map(ProbeResult.Unobserved.class::cast)
            .toList();
    return unobserved.size() < probes.size()
        ? Optional.empty()
        : unobserved.stream()
            .filter(ProbeResult.Unobserved::listens)
            .min(Comparator.comparing(ProbeResult.Unobserved::server));
  }

  Optional<ProbeResult.Answered> answered(ServerAddress server) {
    return of(server) instanceof ProbeResult.Answered answered
        ? Optional.of(answered)
        : Optional.empty();
  }
}
