package io.reseed.failover.probe;

import io.reseed.coordinator.EffectFailure;
import io.reseed.coordinator.EffectRunner;
import io.reseed.coordinator.Lane;
import io.reseed.coordinator.hosts.HostRegistry;
import io.reseed.events.HostStatus.Pool;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.placement.PassedOver;
import io.reseed.events.placement.PassedOver.Reason;
import io.reseed.events.placement.Placement;
import io.reseed.events.placement.PlacementRequest;
import io.reseed.failover.machine.FailoverEffect;
import io.reseed.failover.machine.FailoverInput;
import io.reseed.failover.machine.FailoverInput.BackupNotFound;
import io.reseed.failover.machine.FailoverInput.ObservationFailed;
import io.reseed.failover.machine.FailoverInput.Observed;
import io.reseed.failover.machine.FailoverInput.PlaceFound;
import io.reseed.failover.machine.FailoverInput.PlaceNotFound;
import io.reseed.failover.machine.FailureCatalogue;
import io.reseed.failover.machine.ProbeResult;
import io.reseed.failover.machine.ShardSnapshot;
import io.reseed.fleet.Failure;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.ProbeSessions;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks things up for the machine; changes nothing anywhere. Every effect has a time limit. */
public final class FailoverWorker implements EffectRunner<FailoverEffect, FailoverInput> {
  private static final Duration PLACE_TIME_LIMIT = Duration.ofSeconds(30);
  private static final Duration CHOOSE_TIME_LIMIT = Duration.ofSeconds(60);

  /**
   * Three rounds, each of at most a kept session's last answer, a connection, five answers, the
   * settings, and the question what a server waits for.
   */
  private static final int PROBE_TIMEOUTS_PER_OBSERVATION = 27;

  private final Looking looking;
  private final ProbeSessions sessions;
  private final BackupSelection backups;
  private final HostRegistry hosts;
  private final Repairs repairs;

  /**
   * How servers are looked at.
   *
   * @param observers the observer account by cluster name
   * @param differencesIgnored settings in which members may differ without a word
   */
  public record Looking(Map<String, Credentials> observers, Set<String> differencesIgnored) {
    /** Copies. */
    public Looking {
      observers = Map.copyOf(observers);
      differencesIgnored = Set.copyOf(differencesIgnored);
    }
  }

  /**
   * What limits how many repairs are begun.
   *
   * @param servers by which the limit's share counts
   */
  public record Repairs(RepairLimit limit, DeclaredServers servers) {}

  /**
   * Makes a worker.
   *
   * @param looking with which accounts, and what of it is told
   * @param backups the caller closes the sessions over which it asks
   * @param repairs how many are begun
   */
  public FailoverWorker(
      Looking looking, BackupSelection backups, HostRegistry hosts, Repairs repairs) {
    this.looking = looking;
    this.sessions = backups.sessions();
    this.repairs = repairs;
    this.backups = backups;
    this.hosts = hosts;
  }

  @Override
  public Duration timeLimit(FailoverEffect effect) {
    return switch (effect) {
      case FailoverEffect.Observe _ ->
          sessions.timeout().multipliedBy(PROBE_TIMEOUTS_PER_OBSERVATION);
      case FailoverEffect.ChooseBackup _ -> CHOOSE_TIME_LIMIT;
      // after a start it waits that long to hear from the hosts
      case FailoverEffect.FindPlace _ -> PLACE_TIME_LIMIT.plus(hosts.heartbeatTimeout());
    };
  }

  @Override
  public Lane lane(FailoverEffect effect) {
    return switch (effect) {
      case FailoverEffect.Observe observe ->
          switch (observe.urgency()) {
            case INCIDENT -> Lane.INCIDENT;
            case ROUTINE -> Lane.ROUTINE;
            case DOUBTFUL -> Lane.DOUBTFUL;
          };
      case FailoverEffect.ChooseBackup _, FailoverEffect.FindPlace _ -> Lane.WORK;
    };
  }

  @Override
  public Optional<String> subject(FailoverEffect effect) {
    return Optional.of(
        switch (effect) {
          case FailoverEffect.Observe _ -> "servers";
          case FailoverEffect.ChooseBackup choose -> "seeding " + choose.seeding();
          case FailoverEffect.FindPlace find -> "seeding " + find.seeding();
        });
  }

  @Override
  public boolean serves(FailoverEffect running, FailoverEffect asked) {
    return running.ticket() == asked.ticket();
  }

  @Override
  public FailoverInput run(String shard, FailoverEffect effect) throws InterruptedException {
    return switch (effect) {
      case FailoverEffect.Observe observe -> observe(observe);
      case FailoverEffect.ChooseBackup choose -> choose(choose);
      case FailoverEffect.FindPlace find -> {
        FailoverInput placed = place(find);
        if (placed instanceof PlaceNotFound) {
          repairs.limit().withdraw(find.seeding());
        }
        yield placed;
      }
    };
  }

  /** The first step of a repair: one that must not be begun ends here. */
  private FailoverInput choose(FailoverEffect.ChooseBackup choose) {
    Optional<Failure> pause =
        hosts.pause(choose.shard()).map(held -> FailureCatalogue.paused(choose.shard(), held));
    if (pause.isPresent()) {
      return new BackupNotFound(choose.seeding(), choose.ticket(), pause.get());
    }
    Collection<SeedingAssigned> assigned = hosts.assignments().orElseGet(Map::of).values();
    int repairsMax = repairs.limit().repairsMax(repairs.servers().of(choose.shard().cluster()));
    if (!repairs.limit().lets(choose.seeding(), choose.shard(), assigned, repairsMax)) {
      return new BackupNotFound(
          choose.seeding(),
          choose.ticket(),
          FailureCatalogue.repairsMaxReached(choose.shard(), repairsMax));
    }
    FailoverInput chosen =
        observer(choose)
            .map(observer -> backups.choose(choose, observer))
            .orElseGet(
                () ->
                    new BackupNotFound(
                        choose.seeding(),
                        choose.ticket(),
                        FailureCatalogue.accountsMissing(choose.shard())));
    if (chosen instanceof BackupNotFound) {
      repairs.limit().withdraw(choose.seeding());
    }
    return chosen;
  }

  private static Failure observationFailure(EffectFailure failure) {
    return switch (failure.cause()) {
      case THREW -> FailureCatalogue.observationThrew(failure.message());
      case TIMED_OUT -> FailureCatalogue.askingFailed("observing the servers", failure.message());
    };
  }

  private Optional<Credentials> observer(FailoverEffect effect) {
    return Optional.ofNullable(looking.observers().get(effect.shard().cluster()));
  }

  private FailoverInput observe(FailoverEffect.Observe observe) throws InterruptedException {
    Optional<Credentials> observer = observer(observe);
    if (observer.isEmpty()) {
      return new ObservationFailed(
          observe.ticket(), FailureCatalogue.accountsMissing(observe.shard()));
    }
    Optional<String> trouble = hosts.trouble();
    if (trouble.isPresent()) {
      // without the hosts, servers in the making could not be told from members
      return new ObservationFailed(
          observe.ticket(),
          FailureCatalogue.askingFailed("reading the hosts' status", trouble.get()));
    }
    ServerProbes servers =
        new ServerProbes(
            observer.get(),
            sessions,
            HeldServers.unfinished(hosts.statuses()),
            looking.differencesIgnored());
    List<ProbeResult> probes = servers.observe(observe.servers());
    return new Observed(
        observe.ticket(),
        ShardSnapshot.of(probes, HeldServers.kept(hosts.statuses(), observe.shard())));
  }

  private FailoverInput place(FailoverEffect.FindPlace find) throws InterruptedException {
    Set<String> excluded = new HashSet<>(find.hostsExcluded());
    excluded.addAll(find.hostsInUse());
    PlacementRequest request =
        new PlacementRequest(find.shard(), Pool.REPLICA, find.members(), find.bytes(), excluded);
    Optional<Placement> placement = hosts.place(request, find.seeding());
    if (placement.isEmpty()) {
      String trouble = hosts.trouble().orElse("the hosts were not known for a moment");
      return new PlaceNotFound(
          find.seeding(),
          find.ticket(),
          FailureCatalogue.askingFailed("looking for a host", trouble),
          false);
    }
    return placement
        .get()
        .host()
        .<FailoverInput>map(
            host -> new PlaceFound(find.seeding(), find.ticket(), host.host(), host.identity()))
        .orElseGet(() -> noPlace(find, placement.get()));
  }

  private static FailoverInput noPlace(FailoverEffect.FindPlace find, Placement placement) {
    List<String> reasons =
        placement.passedOver().stream()
            .filter(passed -> passed.reason() != Reason.OTHER_POOL)
            .map(PassedOver::toString)
            .toList();
    boolean wasExcluded =
        placement.passedOver().stream()
            .anyMatch(
                passed ->
                    passed.reason() == Reason.EXCLUDED
                        && find.hostsExcluded().contains(passed.host())
                        && !find.hostsInUse().contains(passed.host()));
    return new PlaceNotFound(
        find.seeding(), find.ticket(), FailureCatalogue.noHost(find.shard(), reasons), wasExcluded);
  }

  @Override
  public FailoverInput failed(String shard, FailoverEffect effect, EffectFailure failure) {
    return switch (effect) {
      case FailoverEffect.Observe observe ->
          new ObservationFailed(
              observe.ticket(),
              observationFailure(failure),
              failure.cause() == EffectFailure.Cause.TIMED_OUT);
      case FailoverEffect.ChooseBackup choose -> {
        repairs.limit().withdraw(choose.seeding());
        yield new BackupNotFound(
            choose.seeding(),
            choose.ticket(),
            FailureCatalogue.askingFailed("choosing a backup", failure.message()));
      }
      case FailoverEffect.FindPlace find -> {
        repairs.limit().withdraw(find.seeding());
        yield new PlaceNotFound(
            find.seeding(),
            find.ticket(),
            FailureCatalogue.askingFailed("looking for a host", failure.message()),
            false);
      }
    };
  }
}
