package io.reseed.failover.machine;

import io.reseed.events.ShardStatus.Health;
import io.reseed.fleet.ServerAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A shard's servers, without those in the making. Immutable.
 *
 * @param members by address
 * @param retired former primaries that left at a failover, newest first; they are observed so that
 *     one that comes back writable is noticed, and never touched
 * @param rivals members and retired servers that accept writes beside the verified primary
 * @param vacantSince since when there are fewer members than wanted, if there are
 */
public record Membership(
    List<Member> members,
    List<ServerAddress> retired,
    List<ServerAddress> rivals,
    @Nullable Instant vacantSince) {
  static final int RETIRED_MAX = 3;
  static final int MEMBERS_MAX = 150;

  /** Copies, in order. */
  public Membership {
    // what an older release told apart by case is one
    Map<ServerAddress, Member> byServer = new TreeMap<>();
    members.forEach(member -> byServer.putIfAbsent(member.server(), member));
    members = List.copyOf(byServer.values());
    retired = List.copyOf(retired);
    rivals = List.copyOf(rivals);
  }

  /**
   * One member as it was last seen.
   *
   * @param missingSince since when it does not do its work; null while it does
   * @param withdrawn whether it was published as out of service
   * @param differences from the primary; null where there are none or none are known
   */
  record Member(
      ServerAddress server,
      Health health,
      @Nullable Long lagMillis,
      @Nullable String note,
      @Nullable Instant missingSince,
      boolean withdrawn,
      @Nullable Differences differences) {

    static Member unseen(ServerAddress server, Instant now) {
      return new Member(server, Health.UNREACHABLE, null, "not observed at yet", now, false, null);
    }

    static Member healthy(ServerAddress server) {
      return new Member(server, Health.HEALTHY, null, null, null, false, null);
    }

    Member takenUp(Instant now) {
      return missingSince == null ? this : missingSince(now);
    }

    boolean healthy() {
      return health == Health.HEALTHY;
    }

    Member as(Health newHealth, @Nullable Long lag, @Nullable String newNote, Instant now) {
      Instant since = missingSince == null ? now : missingSince;
      return new Member(
          server,
          newHealth,
          lag,
          newNote,
          newHealth == Health.HEALTHY ? null : since,
          withdrawn,
          differences);
    }

    /** What it has otherwise than the primary. */
    Member differing(@Nullable Differences found) {
      boolean some = found != null && !found.equals(Differences.NONE);
      return new Member(
          server, health, lagMillis, note, missingSince, withdrawn, some ? found : null);
    }

    private Member marked(boolean asWithdrawn) {
      return new Member(server, health, lagMillis, note, missingSince, asWithdrawn, differences);
    }

    private Member missingSince(Instant since) {
      return new Member(server, health, lagMillis, note, since, withdrawn, differences);
    }
  }

  static Membership declared(Collection<ServerAddress> servers, Instant now) {
    return new Membership(List.of(), List.of(), List.of(), null).withAll(servers, now);
  }

  /** Who is missing is missing from now on; a place that counts as vacant at once still does. */
  Membership takenUp(Instant now) {
    List<Member> renewed = members.stream().map(member -> member.takenUp(now)).toList();
    boolean waits = vacantSince != null && !vacantSince.equals(Instant.EPOCH);
    return new Membership(renewed, retired, rivals, waits ? now : vacantSince);
  }

  boolean contains(ServerAddress server) {
    return members.stream().anyMatch(member -> member.server().equals(server));
  }

  /** Whether it is a member of which nobody was told that it is out of service. */
  boolean isInService(ServerAddress server) {
    return members.stream()
        .anyMatch(member -> member.server().equals(server) && !member.withdrawn());
  }

  List<ServerAddress> servers() {
    return members.stream().map(Member::server).toList();
  }

  /** Members that are there, or may be back: who was lost for long enough is in nobody's way. */
  Set<ServerAddress> serversNotLost(Duration lostAfter, Instant now) {
    return members.stream()
        .filter(member -> !isDue(member.missingSince(), lostAfter, now))
        .map(Member::server)
        .collect(Collectors.toSet());
  }

  /** Members that are not the primary. */
  List<Member> replicas(Optional<ServerAddress> primary) {
    return members.stream()
        .filter(member -> !primary.equals(Optional.of(member.server())))
        .toList();
  }

  /** Members other than the primary that do their work. */
  public int healthyReplicas(ServerAddress primary) {
    return (int) replicas(Optional.of(primary)).stream().filter(Member::healthy).count();
  }

  /** How many replicas are certainly lost: missing for long enough, or without any member. */
  int lost(int desired, ServerAddress primary, Duration lostAfter, Instant now) {
    List<Member> replicas = replicas(Optional.of(primary));
    long missing =
        replicas.stream().filter(member -> isDue(member.missingSince(), lostAfter, now)).count();
    int vacancies = isDue(vacantSince, lostAfter, now) ? Math.max(0, desired - replicas.size()) : 0;
    return Math.toIntExact(missing) + vacancies;
  }

  private static boolean isDue(@Nullable Instant since, Duration gracePeriod, Instant now) {
    return since != null && !since.plus(gracePeriod).isAfter(now);
  }

  /** Adds servers that are not known yet, as unseen. */
  Membership withAll(Collection<ServerAddress> servers, Instant now) {
    Membership all = this;
    for (ServerAddress server : servers) {
      if (!all.contains(server)) {
        all = all.with(Member.unseen(server, now));
      }
    }
    return all;
  }

  /** Adds a member, or replaces what is known about it; one too many for the bound is left out. */
  Membership with(Member member) {
    List<Member> others = new ArrayList<>(members);
    others.removeIf(other -> other.server().equals(member.server()));
    if (others.size() < MEMBERS_MAX) {
      others.add(member);
    }
    List<ServerAddress> stillRetired = new ArrayList<>(retired);
    stillRetired.remove(member.server());
    return new Membership(others, stillRetired, rivals, vacantSince);
  }

  /** Notes whether a member was published as out of service. */
  Membership marked(ServerAddress server, boolean asWithdrawn) {
    return new Membership(
        members.stream()
            .map(member -> member.server().equals(server) ? member.marked(asWithdrawn) : member)
            .toList(),
        retired,
        rivals,
        vacantSince);
  }

  /** Replicas that do not do their work for long enough, and nobody was told. */
  List<Member> lostUnsaid(ServerAddress primary, Duration lostAfter, Instant now) {
    return replicas(Optional.of(primary)).stream()
        .filter(member -> !member.withdrawn() && isDue(member.missingSince(), lostAfter, now))
        .toList();
  }

  /** Replicas that do their work though all were told that they do not. */
  List<Member> returnedUnsaid(ServerAddress primary) {
    return replicas(Optional.of(primary)).stream()
        .filter(member -> member.withdrawn() && member.healthy())
        .toList();
  }

  Membership without(ServerAddress server) {
    List<Member> others = new ArrayList<>(members);
    others.removeIf(other -> other.server().equals(server));
    return new Membership(others, retired, rivals, vacantSince);
  }

  /** Takes a former primary out of the members; it stays under watch. */
  Membership retiring(ServerAddress failed) {
    List<ServerAddress> newest = new ArrayList<>(List.of(failed));
    retired.stream().filter(server -> !server.equals(failed)).forEach(newest::add);
    List<ServerAddress> bounded = newest.subList(0, Math.min(RETIRED_MAX, newest.size()));
    return new Membership(without(failed).members, bounded, rivals, vacantSince);
  }

  /** Notes since when members are too few; {@code null} when they are not. */
  Membership vacant(@Nullable Instant since) {
    return new Membership(members, retired, rivals, since);
  }

  Membership rivalledBy(List<ServerAddress> servers) {
    return new Membership(members, retired, servers, vacantSince);
  }

  /**
   * A primary was verified: members that answer get time anew to follow it, and what they have
   * otherwise than it is not known yet.
   *
   * @param failover the old one left, so that its place counts as vacant at once
   */
  Membership ledAnew(boolean failover, Instant now) {
    List<Member> renewed =
        members.stream()
            .map(member -> member.health() == Health.IMPAIRED ? member.missingSince(now) : member)
            .map(member -> member.differing(null))
            .toList();
    return new Membership(renewed, retired, List.of(), failover ? Instant.EPOCH : vacantSince);
  }
}
