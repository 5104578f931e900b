package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.coordinator.Decision;
import io.reseed.coordinator.StateCodec;
import io.reseed.events.PrimaryFailed;
import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.failover.StoredStates;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.testkit.GoldenDocuments;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells a machine what happens in a {@link World} and looks at what it decides. */
final class Story {
  static final FailoverPolicy POLICY =
      new FailoverPolicy(
          Duration.ofSeconds(2),
          Duration.ofSeconds(30),
          3,
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofDays(7),
          Duration.ofSeconds(60),
          new FailoverPolicy.Retry(
              Duration.ofSeconds(5),
              Duration.ofSeconds(1),
              Duration.ofSeconds(30),
              3,
              Duration.ofMinutes(5)));

  private static final StateCodec<FailoverState> CODEC = StoredStates.codec();

  static final Failure UNKNOWN = FailureCatalogue.askingFailed("observing the servers", "no idea");

  final World world = new World();
  final Stranger stranger = new Stranger();
  final FailoverMachine machine = new FailoverMachine(POLICY);
  final List<FailoverEvent> events = new ArrayList<>();
  final Deque<FailoverEffect> effects = new ArrayDeque<>();
  Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private int claims;
  FailoverState state = machine.initial(World.SHARD.toString());

  /** A shard with primary {@code a} and replicas {@code b} and {@code c}, and two spare hosts. */
  static Story wholeShard() {
    Story story = new Story();
    story.world.host("x").host("y").primary("a").replica("b", "a").replica("c", "a");
    story.receive(new FailoverInput.Declaration(2, World.at("a", "b", "c"))).settle();
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
    return story;
  }

  /** A shard in which {@code b} took the place of {@code a}: a replica is being made. */
  static Story repairing() {
    Story story = wholeShard();
    story.world.kill("a").promote("b", "c");
    story.claim("a", "b").settle();
    assertThat(story.making()).hasSize(1);
    return story;
  }

  /** A few looks, each of which shows what {@code seen} makes of the world. */
  void observations(UnaryOperator<ShardSnapshot> seen) {
    for (int i = 0; i < 6; i++) {
      effects.clear();
      now = now.plusSeconds(2);
      receive(new FailoverInput.TimerFired());
      FailoverEffect.Observe observe = (FailoverEffect.Observe) effects.removeFirst();
      ShardSnapshot snapshot = seen.apply(world.snapshot(observe.servers()));
      receive(new FailoverInput.Observed(observe.ticket(), snapshot));
    }
  }

  /** What a detector observes that alone is cut off from a server. */
  static ShardSnapshot cutOffFrom(ServerAddress server, ShardSnapshot snapshot) {
    Map<ServerAddress, ProbeResult> probes = new HashMap<>(snapshot.probes());
    probes.put(server, new ProbeResult.Unobserved(server, false, "timed out"));
    return new ShardSnapshot(probes, snapshot.kept());
  }

  Story receive(FailoverInput input) {
    Decision<FailoverEvent, FailoverEffect> decision = machine.decide(state, input, now);
    for (FailoverEvent event : decision.events()) {
      FailoverState before = state;
      state = machine.apply(state, event);
      Transitions.visit(before, event, state);
      events.add(event);
      follow(event);
      stranger.read(event);
    }
    effects.addAll(decision.effects());
    if (decision.events().stream().anyMatch(FailoverEvent.SeedingBegun.class::isInstance)) {
      assertNoMoreIsMadeThanIsMissing();
    }
    assertSerialisable();
    return this;
  }

  /** What the agents do when they see what is published. */
  private void follow(FailoverEvent event) {
    switch (event) {
      case FailoverEvent.AttemptAssigned assigned -> {
        Seeding seeding = seeding(assigned.seeding());
        assertThat(world.assigned).as("attempts of one seeding").doesNotContainKey(seeding.id());
        assertThat(world.held(assigned.host())).as("servers on the new host").isEmpty();
        Phase.Making making = (Phase.Making) seeding.phase();
        world.assign(
            seeding.id(),
            seeding.attempt(),
            assigned.host(),
            assigned.primary(),
            making.assignment().backup());
      }
      case FailoverEvent.AttemptFailed failed -> world.release(failed.seeding());
      case FailoverEvent.SeedingWithdrawn withdrawn -> world.release(withdrawn.seeding());
      case FailoverEvent.SeedingFinished finished -> world.release(finished.seeding());
      default -> {}
    }
  }

  private void assertNoMoreIsMadeThanIsMissing() {
    int healthy = shard().membership().healthyReplicas(primary().orElseThrow());
    assertThat(shard().inTheMaking())
        .as("replicas in the making")
        .isLessThanOrEqualTo(shard().replicasDesired() - healthy);
  }

  /** Every state survives being stored and read back, but for what is not kept. */
  private void assertSerialisable() {
    byte[] stored = CODEC.encode(state);
    assertThat(CODEC.decode(stored)).isEqualTo(state.kept()).isEqualTo(state.kept().kept());
    GoldenDocuments.offer(Story.class, "states", stored);
  }

  /** Answers all effects from the world, until none is asked for any more. */
  Story settle() {
    for (int steps = 0; !effects.isEmpty(); steps++) {
      assertThat(steps).as("effects without end").isLessThan(200);
      receive(world.answer(effects.removeFirst()));
    }
    return this;
  }

  /** Lets time pass, firing timers when they are due. */
  Story pass(Duration duration) {
    Instant end = now.plus(duration);
    for (int steps = 0; ; steps++) {
      assertThat(steps).as("a timer stays due").isLessThan(10_000);
      Optional<Instant> wake = machine.wakeAt(state).filter(at -> !at.isAfter(end));
      if (wake.isEmpty()) {
        break;
      }
      now = wake.get().isAfter(now) ? wake.get() : now;
      receive(new FailoverInput.TimerFired()).settle();
    }
    now = end;
    return this;
  }

  Story seconds(int seconds) {
    return pass(Duration.ofSeconds(seconds));
  }

  Story claim(String failed, @Nullable String promoted) {
    return receive(claimed(failed, promoted));
  }

  /** A claim by an event of its own. */
  FailoverInput.Claim claimed(String failed, @Nullable String promoted) {
    return claimed(failed, promoted, "e-" + claims++);
  }

  static FailoverInput.Claim claimed(String failed, @Nullable String promoted, String id) {
    return FailoverInput.Claim.of(
        new PrimaryFailed(
            World.SHARD,
            World.at(failed),
            promoted == null ? null : World.at(promoted),
            "it is dead",
            Instant.EPOCH,
            "uid-1",
            "orchestrator"),
        id,
        "/ops/hook");
  }

  /** The service is restarted: what was under way is lost, and what was not stored. */
  Story restart() {
    effects.clear();
    state = CODEC.decode(CODEC.encode(state));
    return receive(machine.resumed());
  }

  Story restored(String seeding) {
    ServerAddress server = world.make(seeding);
    return receive(new FailoverInput.RestoredReport(seeding, seeding(seeding).attempt(), server))
        .settle();
  }

  Story caughtUp(String seeding) {
    Phase.Making making = (Phase.Making) seeding(seeding).phase();
    ServerAddress server = World.serverOn(making.assignment().host());
    return receive(
            new FailoverInput.CaughtUpReport(
                seeding, seeding(seeding).attempt(), server, making.assignment().primary()))
        .settle();
  }

  Story failed(String seeding, String code, FailureClass failureClass) {
    Failure failure = new Failure(code, failureClass, "it broke", "mend it");
    return receive(new FailoverInput.FailedReport(seeding, seeding(seeding).attempt(), failure))
        .settle();
  }

  Story kept(String seeding) {
    world.keep(seeding);
    return seconds(2);
  }

  DeclaredShard shard() {
    return (DeclaredShard) state;
  }

  Seeding seeding(String id) {
    return shard().seeding(id).orElseThrow();
  }

  /** The seedings with an attempt under way. */
  List<String> making() {
    return shard().seedings().stream()
        .filter(seeding -> seeding.phase() instanceof Phase.Making)
        .map(Seeding::id)
        .toList();
  }

  String onlySeeding() {
    assertThat(shard().seedings()).hasSize(1);
    return shard().seedings().getFirst().id();
  }

  /** The host of the only attempt under way. */
  String host() {
    return ((Phase.Making) seeding(onlySeeding()).phase()).assignment().host();
  }

  Optional<ServerAddress> primary() {
    return shard().leadership().verified();
  }

  ShardStatus status() {
    return Objects.requireNonNull(state.status(), "no status was published");
  }

  Condition condition() {
    return status().condition();
  }

  String failureMessage() {
    return Objects.requireNonNull(status().failure(), "the status has no failure").message();
  }

  @Nullable String code() {
    Failure failure = status().failure();
    return failure == null ? null : failure.code();
  }

  <E extends FailoverEvent> Stream<E> decided(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast);
  }

  Map<String, Long> eventCounts() {
    Map<String, Long> counts = new TreeMap<>();
    events.forEach(event -> counts.merge(event.getClass().getSimpleName(), 1L, Long::sum));
    return counts;
  }
}
