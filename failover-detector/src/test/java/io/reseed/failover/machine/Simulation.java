package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.ShardStatus;
import io.reseed.events.ShardStatus.Condition;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One seeded run: a world in which anything fails, and messages are lost, doubled, late and out of
 * order. After every step the invariants are checked by what was decided, not by the state alone.
 */
final class Simulation implements Fate.Mail {
  private static final Set<String> VISITED = new TreeSet<>();

  private final Random random;
  private final Story story = new Story();
  private final World world = story.world;
  private final List<FailoverInput> mail = new ArrayList<>();
  private final Deque<String> history = new ArrayDeque<>();
  private final Fate fate;
  private int eventsChecked;
  private Instant observedAt = Instant.MIN;
  private Instant blindUntil = Instant.MIN;

  Simulation(long seed) {
    random = new Random(seed);
    fate = new Fate(random, story, this);
    List.of("u", "v", "w", "x", "y", "z").forEach(world::host);
    world.primary("a").replica("b", "a").replica("c", "a");
    if (seed % 20 == 0) {
      story.claim("a", "b").pass(Duration.ofDays(8));
    }
  }

  static Set<String> visited() {
    return Set.copyOf(VISITED);
  }

  static Set<String> allEvents() {
    Set<String> names = new TreeSet<>();
    leaves(FailoverEvent.class).forEach(type -> names.add(type.getSimpleName()));
    return names;
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(Simulation::leaves)
        : Stream.of(type);
  }

  String history() {
    return String.join("\n", history) + "\nstate " + story.state;
  }

  Map<String, Long> eventCounts() {
    return story.eventCounts();
  }

  /** So many steps in which anything may go wrong. */
  void misfortune(int steps) {
    for (int i = 0; i < steps; i++) {
      fate.strike();
      work();
      deliver();
      time(Duration.ofMillis(random.nextInt(4_000)));
      check();
    }
  }

  /** Everything works from now on: the shard must become whole. */
  void recovery() {
    world.backups.add("b-new-" + random.nextInt());
    world.hosts.values().forEach(host -> host.alive = true);
    world.hosts.values().forEach(host -> host.bytesFree = 1_000);
    for (int i = 0; i < 6; i++) {
      world.host("extra" + i);
    }
    log("recovery");
    mail.removeIf(
        input ->
            input instanceof FailoverInput.Withdrawal
                || input instanceof FailoverInput.Declaration);
    mail.add(new FailoverInput.Declaration(2, World.at("a", "b", "c")));
    for (int i = 0; i < 2_000; i++) {
      fate.repair();
      blindUntil = Instant.MIN;
      work();
      deliver();
      time(Duration.ofSeconds(1));
      check();
      if (i > 60 && story.state.status() != null && isSettled()) {
        return;
      }
    }
    throw new AssertionError("not whole in the end: " + story.state.status());
  }

  private boolean isSettled() {
    return story.condition() == Condition.WHOLE
        && story.shard().inTheMaking() == 0
        && story.shard().claims().open().isEmpty()
        && story.shard().membership().members().stream()
            .noneMatch(member -> member.healthy() && member.withdrawn());
  }

  @Override
  public void log(String what) {
    history.addLast(story.now + " " + what);
    if (history.size() > 80) {
      history.removeFirst();
    }
  }

  /** The agents work on their assignments, and may fail. */
  private void work() {
    for (SeedingAssigned assignment : List.copyOf(world.assigned.values())) {
      Optional<Seeding> seeding =
          story.state instanceof DeclaredShard shard
              ? shard.seeding(assignment.seeding())
              : Optional.empty();
      if (seeding.isEmpty() || random.nextInt(3) > 0) {
        continue;
      }
      switch (random.nextInt(12)) {
        case 0 -> send(failure(assignment));
        case 1, 2 ->
            send(new FailoverInput.ProgressReport(assignment.seeding(), assignment.attempt()));
        default -> workOn(assignment, seeding.get());
      }
    }
  }

  private void workOn(SeedingAssigned assignment, Seeding seeding) {
    switch (seeding.phase()) {
      case Phase.Restoring restoring -> {
        if (world.servers.containsKey(restoring.assignment().primary())) {
          ServerAddress server = world.make(assignment.seeding());
          send(
              new FailoverInput.RestoredReport(assignment.seeding(), assignment.attempt(), server));
          if (random.nextInt(6) == 0) {
            send(caughtUp(assignment, restoring.assignment().primary()));
          }
        }
      }
      case Phase.CatchingUp catchingUp -> {
        ServerAddress source = catchingUp.assignment().primary();
        Optional.ofNullable(world.servers.get(catchingUp.server()))
            .ifPresent(server -> server.source = source);
        send(caughtUp(assignment, source));
      }
      case Phase.HandingOver _ -> {
        world.keep(assignment.seeding());
        log("kept " + assignment.seeding());
      }
      case Phase.Verifying _, Phase.Planning _ -> {
        // the detector's turn
      }
    }
  }

  private static FailoverInput caughtUp(SeedingAssigned assignment, ServerAddress source) {
    return new FailoverInput.CaughtUpReport(
        assignment.seeding(), assignment.attempt(), World.serverOn(assignment.host()), source);
  }

  private FailoverInput failure(SeedingAssigned assignment) {
    FailureClass[] classes = FailureClass.values();
    FailureClass failureClass = classes[random.nextInt(classes.length)];
    return new FailoverInput.FailedReport(
        assignment.seeding(),
        assignment.attempt(),
        new Failure("BROKEN", failureClass, "it broke", "mend it"));
  }

  /** Some messages are doubled; Kafka loses none that was sent, but a publisher may die first. */
  @Override
  public void send(FailoverInput input) {
    int copies = random.nextInt(10) == 0 ? random.nextInt(3) : 1;
    for (int i = 0; i < copies; i++) {
      mail.add(input);
    }
  }

  @Override
  public void dropAnswers() {
    mail.removeIf(input -> input instanceof FailoverInput.Answer);
  }

  /** Delivers some of what is under way, in any order; effects may fail or come late. */
  private void deliver() {
    while (!story.effects.isEmpty()) {
      FailoverEffect effect = story.effects.removeFirst();
      mail.add(isBlind(effect) ? failed(effect) : world.answer(effect));
    }
    int deliveries = random.nextInt(mail.size() + 1);
    for (int i = 0; i < deliveries; i++) {
      FailoverInput input = mail.remove(random.nextInt(mail.size()));
      if (!(input instanceof FailoverInput.Observed)) {
        log(input.toString());
      }
      if (input instanceof FailoverInput.Observed observed
          && observed.snapshot().refused().isEmpty()) {
        observedAt = story.now;
      }
      story.receive(input);
    }
  }

  private boolean isBlind(FailoverEffect effect) {
    if (random.nextInt(25) == 0) {
      return true;
    }
    return effect instanceof FailoverEffect.Observe && story.now.isBefore(blindUntil);
  }

  @Override
  public void blind(Duration duration) {
    log("blind for " + duration);
    blindUntil = story.now.plus(duration);
  }

  private static FailoverInput failed(FailoverEffect effect) {
    Failure failure = FailureCatalogue.askingFailed("it", "timed out");
    return switch (effect) {
      case FailoverEffect.Observe observe ->
          new FailoverInput.ObservationFailed(observe.ticket(), failure);
      case FailoverEffect.ChooseBackup choose ->
          new FailoverInput.BackupNotFound(choose.seeding(), choose.ticket(), failure);
      case FailoverEffect.FindPlace find ->
          new FailoverInput.PlaceNotFound(find.seeding(), find.ticket(), failure, false);
    };
  }

  private void time(Duration passed) {
    story.now = story.now.plus(passed);
    if (story.machine.wakeAt(story.state).filter(at -> !at.isAfter(story.now)).isPresent()) {
      story.receive(story.machine.timerFired());
      assertThat(story.machine.wakeAt(story.state))
          .as("a deadline that fired stays due")
          .matches(at -> at.isEmpty() || at.get().isAfter(story.now));
    }
  }

  private void check() {
    VISITED.addAll(Transitions.visited());
    List<FailoverEvent> fresh = story.events.subList(eventsChecked, story.events.size());
    for (FailoverEvent event : fresh) {
      if (event instanceof FailoverEvent.StatusPublished published
          && story.state instanceof DeclaredShard) {
        noFresherThanObserved(published.status());
      }
      if (!(event instanceof FailoverEvent.ObservationRequested)
          && !(event instanceof FailoverEvent.ObservationConcluded)
          && !(event instanceof FailoverEvent.MembersObserved)
          && !(event instanceof FailoverEvent.StatusPublished)) {
        log("  -> " + event);
      }
    }
    eventsChecked = story.events.size();
    if (story.state instanceof DeclaredShard shard) {
      oneServerPerHost(shard);
      statusExplains(shard);
    }
  }

  private void noFresherThanObserved(ShardStatus status) {
    if (status.condition() != Condition.UNDECLARED && !StatusReport.saysUnobserved(status)) {
      assertThat(status.updatedAt()).as("of " + status).isBeforeOrEqualTo(observedAt);
    }
  }

  /** No two attempts of one seeding, no two servers of the shard on one host. */
  private void oneServerPerHost(DeclaredShard shard) {
    Set<String> hosts = new HashSet<>();
    for (Seeding seeding : shard.seedings()) {
      if (seeding.phase() instanceof Phase.Making making) {
        String host = making.assignment().host();
        assertThat(hosts.add(host)).as("two attempts on " + host).isTrue();
        assertThat(shard.membership().contains(World.serverOn(host)))
            .as("a member lives on " + host)
            .isFalse();
        SeedingAssigned assignment = world.assigned.get(seeding.id());
        assertThat(assignment).as("the assignment of " + seeding).isNotNull();
      }
    }
    for (World.Host host : world.hosts.values()) {
      long ofShard = host.held.values().stream().filter(h -> h.state() != HeldState.FAILED).count();
      assertThat(ofShard).as("servers on " + host.name).isLessThanOrEqualTo(1);
    }
  }

  private void statusExplains(DeclaredShard shard) {
    if (shard.status() == null) {
      return;
    }
    Condition condition = shard.status().condition();
    if (condition == Condition.BLOCKED || condition == Condition.NO_PRIMARY) {
      assertThat(shard.status().failure()).as("why it is " + condition).isNotNull();
    }
    if (condition != Condition.NO_PRIMARY) {
      assertThat(shard.leadership()).isInstanceOf(Leadership.Led.class);
    }
  }
}
