package io.reseed.validator.cycle;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.coordinator.Decision;
import io.reseed.coordinator.StateCodec;
import io.reseed.events.Assignment;
import io.reseed.events.BackupCreated;
import io.reseed.events.BackupPolicy;
import io.reseed.events.BackupRequested;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupValidated;
import io.reseed.events.CycleKind;
import io.reseed.events.ProofAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ShardStatus.Health;
import io.reseed.events.ShardStatus.Role;
import io.reseed.events.ValidationFailed;
import io.reseed.events.check.CheckPlan;
import io.reseed.events.codec.EventJson;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.testkit.GoldenDocuments;
import io.reseed.validator.cycle.Topology.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells a machine one input after the other and remembers what it decided. */
public final class Story {
  public static final ShardName SHARD = ShardName.parse("commerce/-80");
  public static final ServerAddress PRIMARY = ServerAddress.parse("10.0.0.1:3306");
  public static final ServerAddress REPLICA_A = ServerAddress.parse("10.0.0.2:3306");
  static final ServerAddress REPLICA_B = ServerAddress.parse("10.0.0.3:3306");
  static final Instant MADE_AT = Instant.parse("2026-11-21T01:00:00Z");
  public static final String GTIDS = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-20";
  static final CyclePolicy POLICY =
      new CyclePolicy(
          Duration.ofSeconds(300),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          new CyclePolicy.Donor(true, Duration.ofSeconds(600)),
          new CyclePolicy.Attempts(3, Duration.ofSeconds(20), Duration.ofSeconds(900)),
          new CyclePolicy.Backups(
              Duration.ofHours(24), Duration.ZERO, null, true, 7, 5, List.of()));
  private static final StateCodec<CycleState> CODEC =
      StateCodec.json(
          JsonMapper.builder().addModule(EventJson.types()).build(),
          CycleState.class,
          CycleState.VERSION);

  private final CycleMachine machine;
  private final CycleStatus status;
  private final List<CycleEvent> events = new ArrayList<>();
  private final List<CycleEffect> effects = new ArrayList<>();
  private final Set<String> transitions = new HashSet<>();
  private CycleState state;
  private CycleEffect.@Nullable FindPlace lastFindPlace;
  private Instant now = Instant.parse("2026-11-21T02:00:00Z");

  Story() {
    this(POLICY);
  }

  Story(CyclePolicy policy) {
    machine = new CycleMachine(policy);
    status = new CycleStatus(policy);
    state = machine.initial(SHARD.toString());
  }

  Story tell(CycleInput input) {
    Decision<CycleEvent, CycleEffect> decision = machine.decide(state, input, now);
    for (CycleEvent event : decision.events()) {
      CycleState before = state;
      state = machine.apply(state, event);
      transitions.add(name(before.cycle()) + " → " + name(state.cycle()) + " by " + name(event));
    }
    events.addAll(decision.events());
    effects.clear();
    effects.addAll(decision.effects());
    effects(CycleEffect.FindPlace.class).forEach(found -> lastFindPlace = found);
    byte[] stored = CODEC.encode(state);
    GoldenDocuments.offer(Story.class, "states", stored);
    CycleState kept = CODEC.decode(stored);
    if (!kept.equals(state)) {
      throw new AssertionError("state does not survive its changelog: " + state + " / " + kept);
    }
    return this;
  }

  private static String name(Object part) {
    return part.getClass().getSimpleName();
  }

  Story after(Duration time) {
    now = now.plus(time);
    return this;
  }

  Story afterSeconds(long seconds) {
    return after(Duration.ofSeconds(seconds));
  }

  Story seen(@Nullable ServerAddress primary, Server... others) {
    List<Server> servers = new ArrayList<>(List.of(others));
    if (primary != null) {
      servers.add(new Server(primary, Role.PRIMARY, Health.HEALTHY));
    }
    return tell(new CycleInput.ShardSeen(new Topology(SHARD, primary, 2, servers, false)));
  }

  /** The usual shard, when replicas are missing and no backup fits its primary. */
  Story unfit() {
    Topology usual =
        new Topology(
            SHARD,
            PRIMARY,
            2,
            List.of(healthy(REPLICA_A), new Server(PRIMARY, Role.PRIMARY, Health.HEALTHY)),
            true);
    return tell(new CycleInput.ShardSeen(usual));
  }

  static Server replica(ServerAddress address, Health health) {
    return new Server(address, Role.REPLICA, health);
  }

  static Server healthy(ServerAddress address) {
    return replica(address, Health.HEALTHY);
  }

  /** The usual shard: a primary and two replicas. */
  Story seenWhole() {
    return seen(PRIMARY, healthy(REPLICA_A), healthy(REPLICA_B));
  }

  /** The repository holds these, newest first, made an hour ago. */
  Story listed(String... backups) {
    List<BackupStatus.Backup> found = new ArrayList<>();
    for (String backup : backups) {
      found.add(backup(backup, BackupStatus.Degree.CREATED));
    }
    return listed(found);
  }

  Story listed(List<BackupStatus.Backup> found) {
    return listed(found, Map.of());
  }

  Story listed(List<BackupStatus.Backup> found, Map<String, Failure> unusable) {
    return tell(new CycleInput.Listed(state.listing().look(), found, unusable, true));
  }

  static BackupStatus.Backup backup(String id, BackupStatus.Degree degree) {
    return new BackupStatus.Backup(id, degree, GTIDS, 1_000, 500, MADE_AT, null, null, null, null);
  }

  Story declared(@Nullable BackupPolicy policy) {
    return tell(new CycleInput.Declared(policy));
  }

  Story requested(String request, CycleKind kind, @Nullable String backup) {
    return tell(
        new CycleInput.Requested(
            new BackupRequested(SHARD, request, kind, backup, now, "somebody")));
  }

  /** The verdict that is out stands. */
  Story recorded() {
    return tell(new CycleInput.VerdictRecorded(verdictOut()));
  }

  Story notRecorded(String code) {
    return tell(new CycleInput.VerdictRefused(verdictOut(), failure(code, FailureClass.TRANSIENT)));
  }

  private long verdictOut() {
    return state.verdicts().first().map(PendingVerdicts.Decided::number).orElse(0L);
  }

  Story placed(String host) {
    return tell(new CycleInput.Placed(token(), host, host + "-identity"));
  }

  Story notPlaced(String code) {
    return tell(new CycleInput.NotPlaced(token(), failure(code, FailureClass.OPERATOR_MUST_ACT)));
  }

  /** What the newest look for a place was for; one that fits nothing when there was none. */
  private CycleInput.Token token() {
    return lastFindPlace == null
        ? new CycleInput.Token("cycle-of-nothing", 1, REPLICA_A)
        : lastFindPlace.token();
  }

  Story lives(SeedingStage stage) {
    return tell(new CycleInput.SignOfLife(seeding(), attempt(), stage));
  }

  Story restored() {
    SeedingOrigin origin =
        state.cycle() instanceof Cycle.Active active
            ? active.assignment().origin()
            : new SeedingOrigin.Backup("b1");
    return tell(new CycleInput.Restored(Reported.restored(seeding(), attempt(), origin)));
  }

  Story caughtUp() {
    return caughtUp(seeding(), attempt());
  }

  Story caughtUp(String seeding, int attempt) {
    return tell(new CycleInput.CaughtUp(Reported.caughtUp(seeding, attempt)));
  }

  /** The server, or with stage READ_BACK the one made of the new backup, is right. */
  Story checked(SeedingStage stage) {
    return tell(new CycleInput.Checked(Reported.checked(seeding(), attempt(), stage)));
  }

  Story created(String backup) {
    return created(backup, seeding(), attempt());
  }

  Story created(String backup, String seeding, int attempt) {
    BackupCreated created = Reported.created(new Reported.Attempt(seeding, attempt), backup, now);
    return tell(new CycleInput.Created(created));
  }

  Story failed(SeedingStage stage, Failure failure) {
    return failed(stage, failure, attempt());
  }

  Story failed(SeedingStage stage, Failure failure, int attempt) {
    return tell(
        new CycleInput.Failed(
            new SeedingFailed(
                SHARD,
                seeding(),
                attempt,
                SeedingPurpose.VALIDATION,
                "backup-1",
                stage,
                failure,
                null)));
  }

  /** A replica could not be made of a backup. */
  Story replicaFailed(String backup, FailureClass failureClass) {
    return tell(
        new CycleInput.ReplicaFailed(
            new SeedingFailed(
                SHARD,
                "replica-1",
                1,
                SeedingPurpose.REPLICA,
                "host-1",
                SeedingStage.RESTORE,
                failure("PACK_CORRUPT", failureClass),
                backup)));
  }

  static Failure bad() {
    return failure("TABLE_CORRUPT", FailureClass.BAD_BACKUP);
  }

  static Failure failure(String code, FailureClass failureClass) {
    return new Failure(code, failureClass, "something happened", "do something");
  }

  static Failure passing() {
    return failure("SOME_CODE", FailureClass.TRANSIENT);
  }

  /** The newest assignment, or one that fits nothing. */
  private String seeding() {
    return state.cycle() instanceof Cycle.Active active
        ? active.assignment().seeding()
        : "cycle-of-nothing";
  }

  private int attempt() {
    return state.cycle() instanceof Cycle.Active active ? active.assignment().attempt() : 1;
  }

  Story timer() {
    return tell(new CycleInput.TimerFired());
  }

  Optional<Instant> wakeAt() {
    return machine.wakeAt(state);
  }

  /** As the runtime does. */
  Story fireWhatIsDue() {
    return wakeAt().filter(at -> !at.isAfter(now)).isPresent() ? timer() : this;
  }

  /** Waits for the machine's own next deadline and lets it fire. */
  Story untilTimer() {
    now = machine.wakeAt(state).orElseThrow();
    return timer();
  }

  CycleState state() {
    return state;
  }

  Cycle cycle() {
    return state.cycle();
  }

  Assignment assignment() {
    return ((Cycle.Active) state.cycle()).assignment();
  }

  /** What is assigned to whoever works on the attempt now. */
  Object goal() {
    return AssignmentTopics.goal(assignment());
  }

  /** What the attempt's checks shall cover. */
  CheckPlan checks() {
    return state.cycle() instanceof Cycle.Making making
        ? making.checks()
        : Objects.requireNonNull(((ProofAssigned) assignment()).checks());
  }

  BackupStatus status() {
    return status.of(SHARD, state, now);
  }

  /** The code of what the status complains about, "none" for nothing. */
  String problem() {
    Failure failure = status().failure();
    return failure == null ? "none" : failure.code();
  }

  Instant now() {
    return now;
  }

  /** What the last input called for. */
  List<CycleEffect> effects() {
    return List.copyOf(effects);
  }

  <T extends CycleEffect> List<T> effects(Class<T> type) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <T extends CycleEvent> List<T> events(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** What was announced that could not be proven, in its order. */
  List<ValidationFailed> announced() {
    return events.stream().flatMap(event -> Stream.ofNullable(announcement(event))).toList();
  }

  private static @Nullable ValidationFailed announcement(CycleEvent event) {
    return switch (event) {
      case CycleEvent.Condemned condemned -> condemned.announcement();
      case CycleEvent.CycleFailed failed -> failed.announcement();
      case CycleEvent.ReadBackFailed failed -> failed.announcement();
      case CycleEvent.PriorUnusable unusable -> unusable.announcement();
      case CycleEvent.OrderRefused refused -> refused.announcement();
      default -> null;
    };
  }

  /** What was announced as proven, in its order. */
  List<BackupValidated> validated() {
    return events(CycleEvent.VerdictRecorded.class).stream()
        .flatMap(recorded -> Stream.ofNullable(recorded.announcement()))
        .toList();
  }

  BackupStatus.Degree degree(String backup) {
    return state.backups().find(backup).orElseThrow().degree();
  }

  Set<String> transitions() {
    return transitions;
  }
}
