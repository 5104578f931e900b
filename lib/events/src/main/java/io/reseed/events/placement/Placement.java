package io.reseed.events.placement;

import io.reseed.events.HostStatus;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.placement.PassedOver.Reason;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a server may go. Pure and deterministic: the order of the arguments does not matter.
 *
 * <p>Never a host that holds a server of the shard; then a zone that the shard does not use yet,
 * then the host with the fewest servers. Ties are broken by shard and host name together, so that
 * shards that look for a place at the same time do not all take the same host. Room that other
 * assignments will still fill is not known here: the agent checks again and may refuse.
 *
 * @param host the chosen one, if any
 * @param passedOver every host that cannot take the server, with its reason, by name
 */
public record Placement(Optional<HostStatus> host, List<PassedOver> passedOver) {
  /** Copies the list. */
  public Placement {
    passedOver = List.copyOf(passedOver);
  }

  /**
   * Looks for a place.
   *
   * @param assignments all current ones of all shards, as they stand in {@code seeding-assigned}
   */
  public static Placement choose(
      PlacementRequest request,
      Collection<Candidate> candidates,
      Collection<SeedingAssigned> assignments) {
    List<HostStatus> fit = new ArrayList<>();
    List<PassedOver> passedOver = new ArrayList<>();
    for (Candidate candidate : candidates) {
      Optional<PassedOver> reason = reason(request, candidate, assignments);
      reason.ifPresentOrElse(passedOver::add, () -> fit.add(candidate.status()));
    }
    passedOver.sort(Comparator.comparing(PassedOver::host));
    Set<String> zonesUsed = zonesUsed(request, candidates, assignments);
    Comparator<HostStatus> order =
        Comparator.<HostStatus, Boolean>comparing(host -> zonesUsed.contains(host.zone()))
            .thenComparingInt(host -> serversOn(host, assignments))
            .thenComparingInt(host -> spread(request, host))
            .thenComparing(HostStatus::host);
    return new Placement(fit.stream().min(order), passedOver);
  }

  private static Optional<PassedOver> reason(
      PlacementRequest request, Candidate candidate, Collection<SeedingAssigned> assignments) {
    HostStatus host = candidate.status();
    if (host.pool() != request.pool()) {
      return because(host, Reason.OTHER_POOL, "is in pool " + host.pool());
    }
    if (candidate.silent()) {
      return because(host, Reason.SILENT, "its agent was not heard for too long");
    }
    if (candidate.rival() != null) {
      return because(host, Reason.NAME_SHARED, nameShared(host, candidate.rival()));
    }
    if (candidate.pause() != null) {
      return because(host, Reason.PAUSED, "is paused: " + candidate.pause());
    }
    if (request.hostsExcluded().contains(host.host())) {
      return because(host, Reason.EXCLUDED, "an attempt failed or runs there");
    }
    if (usesShard(request, host, assignments)) {
      return because(host, Reason.HOLDS_SHARD, "holds a server of " + request.shard());
    }
    int servers = serversOn(host, assignments);
    if (servers >= host.slots()) {
      return because(host, Reason.NO_SLOT, servers + " of " + host.slots() + " slots are taken");
    }
    if (host.bytesFree() < request.bytesNeeded()) {
      String detail = "%d bytes needed, %d free".formatted(request.bytesNeeded(), host.bytesFree());
      return because(host, Reason.NO_ROOM, detail);
    }
    return Optional.empty();
  }

  private static String nameShared(HostStatus host, HostStatus rival) {
    return "%s: %s and %s speak under this name"
        .formatted(FailureCode.HOST_NAME_SHARED, host.shownPlace(), rival.shownPlace());
  }

  private static Optional<PassedOver> because(HostStatus host, Reason reason, String detail) {
    return Optional.of(new PassedOver(host.host(), reason, detail));
  }

  /** Whether a server of the request's shard is, or is about to be, on the host. */
  private static boolean usesShard(
      PlacementRequest request, HostStatus host, Collection<SeedingAssigned> assignments) {
    return host.servers().stream().anyMatch(held -> held.shard().equals(request.shard()))
        || assignments.stream()
            .anyMatch(
                a -> a.isFor(host.host(), host.identity()) && a.shard().equals(request.shard()))
        || request.members().stream()
            .map(ServerAddress::host)
            .anyMatch(
                address -> address.equals(host.address()) || address.equalsIgnoreCase(host.host()));
  }

  private static Set<String> zonesUsed(
      PlacementRequest request,
      Collection<Candidate> candidates,
      Collection<SeedingAssigned> assignments) {
    Set<String> zones = new HashSet<>();
    for (Candidate candidate : candidates) {
      // the copies of a backup host protect no replica, so they take no zone
      if (candidate.status().pool() == HostStatus.Pool.REPLICA
          && usesShard(request, candidate.status(), assignments)) {
        zones.add(candidate.status().zone());
      }
    }
    return zones;
  }

  /** Servers that the host holds and those that are assigned to it and not there yet. */
  private static int serversOn(HostStatus host, Collection<SeedingAssigned> assignments) {
    long promised =
        assignments.stream()
            .filter(assigned -> assigned.isFor(host.host(), host.identity()))
            .filter(
                assigned ->
                    host.servers().stream()
                        .noneMatch(
                            held ->
                                held.seeding().equals(assigned.seeding())
                                    && held.attempt() == assigned.attempt()))
            .count();
    return host.servers().size() + Math.toIntExact(promised);
  }

  /** A stable number that differs between shards for the same host. */
  private static int spread(PlacementRequest request, HostStatus host) {
    int mixed = (request.shard() + " " + host.host()).hashCode() * 0x9E3779B9;
    return mixed ^ (mixed >>> 15);
  }
}
