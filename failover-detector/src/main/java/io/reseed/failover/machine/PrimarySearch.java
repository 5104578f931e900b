package io.reseed.failover.machine;

import io.reseed.failover.machine.ProbeResult.Answered;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who is the primary, by what the servers show. Pure. A server becomes the verified primary only if
 * it accepts writes, something ties it to the shard (a publisher named it, a member replicates from
 * it), it lacks nothing that a member has, and no second server accepts writes.
 */
final class PrimarySearch {
  private final DeclaredShard shard;
  private final ShardSnapshot snapshot;
  private final @Nullable Incident incident;
  private final Set<ServerAddress> known = new LinkedHashSet<>();

  private PrimarySearch(DeclaredShard shard, ShardSnapshot snapshot, @Nullable Incident incident) {
    this.shard = shard;
    this.snapshot = snapshot;
    this.incident = incident;
    known.addAll(shard.membership().servers());
    shard.membership().servers().stream()
        .flatMap(member -> snapshot.answered(member).stream())
        .map(Answered::channel)
        .filter(channel -> channel != null && channel.receiver() == ProbeResult.Receiver.RUNNING)
        .flatMap(channel -> Stream.ofNullable(channel.source()))
        .forEach(known::add);
    if (incident != null) {
      known.addAll(incident.named());
      known.add(incident.failed());
    }
  }

  /** What a search came to. */
  sealed interface Outcome {
    /** This is the primary. */
    record Found(ServerAddress primary, String uuid) implements Outcome {}

    /** There is none, and this is why. */
    record None(Failure failure) implements Outcome {}
  }

  static Outcome search(DeclaredShard shard, ShardSnapshot snapshot, @Nullable Incident incident) {
    return new PrimarySearch(shard, snapshot, incident).outcome();
  }

  private Outcome outcome() {
    List<Answered> writable = writable();
    List<Answered> tied = writable.stream().filter(this::tied).toList();
    boolean failedIsWritable = writable.stream().anyMatch(this::isFailed);
    List<Answered> successors = tied.stream().filter(server -> !isFailed(server)).toList();
    if (successors.size() > 1 || (!successors.isEmpty() && failedIsWritable)) {
      return none(FailureCatalogue.twoPrimaries(shard.shard(), addresses(writable)));
    }
    if (successors.size() == 1) {
      return unlessLacking(successors.getFirst());
    }
    return incident == null ? withoutIncident(writable) : afterIncident(incident, writable);
  }

  /**
   * Each server once, by the name that it is declared with where it is: replicas and publishers may
   * know it by another one.
   */
  private List<Answered> writable() {
    Map<String, Answered> byUuid = new LinkedHashMap<>();
    known.stream()
        .flatMap(server -> snapshot.answered(server).stream())
        .filter(Answered::acceptsWrites)
        .forEach(server -> byUuid.putIfAbsent(server.uuid(), server));
    return byUuid.values().stream().sorted(Comparator.comparing(Answered::server)).toList();
  }

  /** No server with a tie accepts writes, and nobody claimed that one failed. */
  private Outcome withoutIncident(List<Answered> writable) {
    return switch (writable.size()) {
      case 0 -> none(FailureCatalogue.primaryUnreachable(shard.shard(), shard.declared()));
      case 1 -> unlessLacking(writable.getFirst());
      default -> none(FailureCatalogue.twoPrimaries(shard.shard(), addresses(writable)));
    };
  }

  private Outcome afterIncident(Incident claimed, List<Answered> writable) {
    Optional<Answered> failed = writable.stream().filter(this::isFailed).findFirst();
    if (failed.isPresent() && writable.size() == 1 && leadsAgain(claimed, failed.get())) {
      return unlessLacking(failed.get());
    }
    if (!claimed.named().isEmpty()) {
      ServerAddress named = claimed.named().getFirst();
      return none(
          snapshot.of(named) instanceof Answered
              ? FailureCatalogue.promotedReadOnly(shard.shard(), named)
              : FailureCatalogue.promotedUnreachable(shard.shard(), named));
    }
    return none(
        writable.stream()
            .filter(server -> !isFailed(server))
            .map(Answered::server)
            .findFirst()
            .map(server -> FailureCatalogue.promotionUnshown(shard.shard(), claimed, server))
            .orElseGet(() -> FailureCatalogue.promotionAwaited(shard.shard(), claimed.failed())));
  }

  /**
   * Whether the failed one came back before anybody took its place for good: each named successor
   * is seen to be none, or all members that answer follow the failed one.
   */
  private boolean leadsAgain(Incident claimed, Answered failed) {
    boolean successorsAreIdle =
        claimed.named().stream().allMatch(server -> snapshot.answered(server).isPresent());
    List<Answered> others =
        shard.membership().servers().stream()
            .filter(member -> !isFailed(member))
            .flatMap(member -> snapshot.answered(member).stream())
            .toList();
    return successorsAreIdle
        || (!others.isEmpty()
            && others.stream().allMatch(o -> o.receivesFrom(failed.server(), failed)));
  }

  private Outcome unlessLacking(Answered candidate) {
    Map<ServerAddress, String> lacks = new TreeMap<>(candidate.lacks());
    // what only the failed one had is lost with it: that was the promoter's decision
    lacks.keySet().removeIf(server -> isFailed(server) || !shard.membership().contains(server));
    return lacks.isEmpty()
        ? new Outcome.Found(candidate.server(), candidate.uuid())
        : none(
            FailureCatalogue.promotedLacksTransactions(shard.shard(), candidate.server(), lacks));
  }

  private boolean tied(Answered candidate) {
    return (incident != null && incident.named().contains(candidate.server()))
        || candidate.replicas().stream().anyMatch(shard.membership()::contains)
        || shard.membership().servers().stream()
            .filter(member -> !member.equals(candidate.server()))
            .flatMap(member -> snapshot.answered(member).stream())
            .anyMatch(member -> member.receivesFrom(candidate.server(), candidate));
  }

  /** Also when what failed was named otherwise. */
  private boolean isFailed(Answered server) {
    return isFailed(server.server())
        || (incident != null
            && snapshot
                .answered(incident.failed())
                .filter(failed -> failed.uuid().equals(server.uuid()))
                .isPresent());
  }

  private boolean isFailed(ServerAddress server) {
    return incident != null && incident.failed().equals(server);
  }

  private static List<ServerAddress> addresses(List<Answered> servers) {
    return servers.stream().map(Answered::server).toList();
  }

  private static Outcome none(Failure failure) {
    return new Outcome.None(failure);
  }
}
