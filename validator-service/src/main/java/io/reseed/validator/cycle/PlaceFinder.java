package io.reseed.validator.cycle;

import io.reseed.coordinator.hosts.HostRegistry;
import io.reseed.events.HostStatus;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.WorkPaused;
import io.reseed.events.placement.PassedOver;
import io.reseed.events.placement.Placement;
import io.reseed.events.placement.PlacementRequest;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.Timeouts;
import io.reseed.validator.failure.Failures;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks for hosts with room for dedicated servers; bounds the cycles in flight. Thread-safe. */
final class PlaceFinder implements CycleWorker.Places {
  /** Every InnoDB file of a server but its redo log; needs PROCESS. */
  private static final String DATA_BYTES =
      "SELECT CAST(COALESCE(SUM(FILE_SIZE), 0) + @@innodb_redo_log_capacity AS UNSIGNED)"
          + " FROM information_schema.INNODB_TABLESPACES";

  private final HostRegistry hosts;
  private final Map<String, Credentials> observers;
  private final int cyclesMax;

  /**
   * Uses all of them without closing any.
   *
   * @param observers the account that looks, by cluster
   * @param cyclesMax cycles at one time, over all shards
   */
  PlaceFinder(HostRegistry hosts, Map<String, Credentials> observers, int cyclesMax) {
    if (cyclesMax < 1) {
      throw new IllegalArgumentException(
          "reseed.validator.cycles-max must be 1 or more, not " + cyclesMax);
    }
    this.hosts = hosts;
    this.observers = Map.copyOf(observers);
    this.cyclesMax = cyclesMax;
  }

  /** The donor is asked for its size only when there is a host at all. */
  @Override
  public CycleInput find(CycleEffect.FindPlace effect) throws InterruptedException {
    Optional<WorkPaused> pause = hosts.pause(effect.shard());
    if (pause.isPresent()) {
      return new CycleInput.NotPlaced(effect.token(), paused(effect.shard(), pause.get()));
    }
    long others = cyclesBesides(effect.token().seeding());
    if (others >= cyclesMax) {
      return new CycleInput.NotPlaced(effect.token(), enough(effect.shard(), others));
    }
    Placement anySize = look(effect, 0);
    if (anySize.host().isEmpty()) {
      return new CycleInput.NotPlaced(effect.token(), noHost(effect.shard(), anySize));
    }
    long ofDonor =
        effect.room().bytesRaw() == null ? dataBytes(effect.shard(), effect.token().source()) : 0;
    Placement placement = look(effect, effect.room().bytes(ofDonor));
    Optional<HostStatus> host = placement.host();
    return host.isPresent()
        ? new CycleInput.Placed(effect.token(), host.get().host(), host.get().identity())
        : new CycleInput.NotPlaced(effect.token(), noHost(effect.shard(), placement));
  }

  /** The cycles in flight of other shards. */
  private long cyclesBesides(String seeding) {
    return hosts.assignments().orElseThrow(this::unknown).values().stream()
        .filter(assigned -> assigned.purpose() == SeedingPurpose.VALIDATION)
        .map(SeedingAssigned::seeding)
        .filter(other -> !other.equals(seeding))
        .distinct()
        .count();
  }

  /** One of the avoided hosts is taken only when there is no other. */
  private Placement look(CycleEffect.FindPlace effect, long bytesNeeded)
      throws InterruptedException {
    Placement preferred = look(effect, bytesNeeded, effect.hostsAvoided());
    return preferred.host().isPresent() || effect.hostsAvoided().isEmpty()
        ? preferred
        : look(effect, bytesNeeded, Set.of());
  }

  private Placement look(CycleEffect.FindPlace effect, long bytesNeeded, Set<String> excluded)
      throws InterruptedException {
    PlacementRequest request =
        new PlacementRequest(
            effect.shard(), HostStatus.Pool.BACKUP, effect.members(), bytesNeeded, excluded);
    return hosts.place(request, effect.token().seeding()).orElseThrow(this::unknown);
  }

  private FailureException unknown() {
    return new FailureException(
        FailureCode.HOSTS_UNKNOWN,
        "The topics host-status and seeding-assigned are not read to their ends.",
        "It is tried again by itself; look at Kafka if it goes on.");
  }

  private long dataBytes(ShardName shard, ServerAddress donor) {
    Credentials observer = observers.get(shard.cluster());
    if (observer == null) {
      throw Failures.accountMissing(shard.cluster(), "observer");
    }
    ServerAddress address = donor;
    try (MysqlSession session = MysqlSession.open(address, observer, Timeouts.PROBE)) {
      return Long.parseLong(session.queryValue(DATA_BYTES).orElse("0"));
    }
  }

  private static Failure paused(ShardName shard, WorkPaused pause) {
    return Failure.of(
        FailureCode.PAUSED,
        "No cycle of %s is begun: %s paused %s: %s"
            .formatted(shard, pause.publisher(), pause.scope(), pause.reason()),
        "It goes on by itself at the pause's end, or with reseed resume.");
  }

  private Failure enough(ShardName shard, long others) {
    return Failure.of(
        FailureCode.CYCLES_MAX_REACHED,
        "%d cycles of other shards are in flight, so none of shard %s is begun (at most %d)."
            .formatted(others, shard, cyclesMax),
        "It follows by itself; raise reseed.validator.cycles-max if hosts and store can bear it.");
  }

  private static Failure noHost(ShardName shard, Placement placement) {
    String reasons =
        placement.passedOver().stream()
            .filter(passed -> passed.reason() != PassedOver.Reason.OTHER_POOL)
            .map(PassedOver::toString)
            .collect(Collectors.joining("; "));
    return Failure.of(
        FailureCode.NO_BACKUP_HOST,
        "No host of pool backup can take a server of shard %s: %s"
            .formatted(shard, reasons.isEmpty() ? "there is none" : reasons),
        "Add a host with reseed.host.pool=backup, or slots or disk to one. Looked for again every"
            + " few seconds.");
  }
}
