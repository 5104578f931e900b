package io.reseed.failover;

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
 * One look at the world around a shard.
 *
 * @param sightings of the servers asked for, and of the primary's replicas found on the way
 * @param kept which attempts the hosts show as handed over
 */
record View(Map<ServerAddress, Sighting> sightings, Set<KeptAttempt> kept) {
  View {
    sightings = Map.copyOf(sightings);
    kept = Set.copyOf(kept);
  }

  /** An attempt whose server its host handed over to the fleet. */
  record KeptAttempt(String seeding, int attempt) {}

  static View of(List<Sighting> sightings, Set<KeptAttempt> kept) {
    return new View(
        sightings.stream()
            .collect(Collectors.toMap(Sighting::server, Function.identity(), (a, _) -> a)),
        kept);
  }

  @Nullable Sighting of(ServerAddress server) {
    return sightings.get(server);
  }

  /** Where something answered, but no server let itself be observed: one that refused. */
  Optional<Sighting.Silent> refused() {
    List<Sighting.Silent> silent =
        sightings.values().stream()
            .filter(Sighting.Silent.class::isInstance)
            .map(Sighting.Silent.class::cast)
            .toList();
    return silent.size() < sightings.size()
        ? Optional.empty()
        : silent.stream()
            .filter(Sighting.Silent::listens)
            .min(Comparator.comparing(Sighting.Silent::server));
  }

  Optional<Sighting.Answered> answered(ServerAddress server) {
    return of(server) instanceof Sighting.Answered answered
        ? Optional.of(answered)
        : Optional.empty();
  }
}
