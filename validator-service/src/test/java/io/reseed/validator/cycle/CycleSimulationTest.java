package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupStatus;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.CycleKind;
import io.reseed.events.SeedingStage;
import io.reseed.events.ShardStatus.Health;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any inputs in any order: what must hold all along, and that every transition is visited. */
class CycleSimulationTest {
  private static final int SEEDS = 200;
  private static final int MANY_SEEDS = 20_000;
  private static final int INPUTS = 300;

  @Test
  void holdsItsPromisesInAnyOrderOfInputsAndVisitsEveryTransition() {
    Set<String> visited = new HashSet<>();
    Set<CycleKind> validatedBy = new HashSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      Story story = run(seed);
      visited.addAll(story.transitions());
      story.events(CycleEvent.CycleSucceeded.class).forEach(event -> validatedBy.add(event.kind()));
    }
    Set<String> pairs =
        visited.stream()
            .map(transition -> transition.substring(0, transition.indexOf(" by ")))
            .collect(Collectors.toSet());
    assertThat(pairs).containsAll(legalTransitions());
    assertThat(visited)
        .contains(
            "Seeking → Idle by CycleDropped",
            "Exhausted → Idle by CycleDropped",
            "Checking → Idle by CycleSucceeded",
            "Snapshotting → Idle by CycleSucceeded",
            "ReadingBack → Idle by CycleSucceeded",
            "ReadingBack → Idle by ReadBackFailed",
            "ReadingBack → Idle by Condemned",
            "ReadingBack → Idle by AttemptWithdrawn",
            "Making → Idle by Condemned",
            "Checking → Idle by Condemned",
            "Snapshotting → Idle by Condemned",
            "Making → Idle by AttemptWithdrawn");
    assertThat(validatedBy).containsExactlyInAnyOrder(CycleKind.values());
  }

  @Test
  @Tag("long")
  void holdsItsPromisesForManySeeds() {
    for (long seed = SEEDS + 1; seed <= MANY_SEEDS; seed++) {
      assertThat(run(seed).transitions()).as("seed %d", seed).isNotEmpty();
    }
  }

  private static Story run(long seed) {
    Random random = new Random(seed);
    Story story = new Story(seed % 4 == 0 ? withoutReadBack() : Story.POLICY);
    for (int i = 0; i < INPUTS; i++) {
      step(story, random, i);
      String where = "seed " + seed + ", input " + i;
      assertThat(story.effects().size()).as(where + ": bounded effects").isLessThan(5);
      assertThat(story.effects(CycleEffect.FindPlace.class).size()).as(where).isLessThan(2);
      assertThat(story.effects(CycleEffect.RecordVerdict.class).size()).as(where).isLessThan(2);
      assertThat(story.effects().stream().distinct().count())
          .as(where)
          .isEqualTo(story.effects().size());
      if (story.cycle() instanceof Cycle.Active active) {
        assertThat(story.state().topology()).as(where).isNotNull();
        assertThat(story.assignment().attempt()).as(where).isEqualTo(active.plan().attempt());
      }
      // a timer that fires and changes nothing would fire for ever
      assertThat(wakesForSomething(story)).as(where).isTrue();
    }
    CyclePromises.check(story.events(CycleEvent.class), "seed " + seed);
    return story;
  }

  private static CyclePolicy withoutReadBack() {
    CyclePolicy usual = Story.POLICY;
    return new CyclePolicy(
        usual.catalogueInterval(),
        usual.retryInterval(),
        usual.progressTimeout(),
        usual.donor(),
        usual.attempts(),
        new CyclePolicy.Backups(
            Duration.ofMinutes(5), Duration.ofMinutes(1), "*/10 * * * *", false, 7, 7, List.of()));
  }

  private static boolean wakesForSomething(Story story) {
    return story.wakeAt().filter(at -> !at.isAfter(story.now())).isEmpty();
  }

  private static void step(Story story, Random random, int number) {
    story.after(Duration.ofMillis(1 + random.nextInt(12_000)));
    story.fireWhatIsDue();
    switch (random.nextInt(22)) {
      case 0, 1 -> story.seenWhole();
      case 2 -> story.seen(null, Story.healthy(Story.REPLICA_A));
      case 3 -> story.seen(anyServer(random), replica(random));
      case 4 -> list(story, random);
      case 5, 6, 7 -> story.listed(known(story)).placed("backup-" + random.nextInt(3));
      case 8 -> story.notPlaced("NO_BACKUP_HOST");
      case 9 -> story.lives(any(SeedingStage.values(), random));
      case 10, 11 -> story.restored().caughtUp();
      case 12 -> story.caughtUp().restored();
      case 13, 14 -> story.checked(SeedingStage.CHECK);
      case 15 -> story.checked(SeedingStage.READ_BACK);
      case 16 -> story.created("backup-of-" + number);
      case 17, 18 -> fail(story, random);
      case 19 -> ask(story, random, number);
      case 20 -> answer(story, random);
      default -> other(story, random);
    }
  }

  private static <T> T any(T[] values, Random random) {
    return values[random.nextInt(values.length)];
  }

  private static ServerAddress anyServer(Random random) {
    return random.nextBoolean() ? Story.PRIMARY : Story.REPLICA_B;
  }

  private static Topology.Server replica(Random random) {
    return Story.replica(Story.REPLICA_A, any(Health.values(), random));
  }

  /** What the machine takes for being in the repository. */
  private static List<BackupStatus.Backup> known(Story story) {
    return story.state().listing().backups();
  }

  private static void list(Story story, Random random) {
    List<BackupStatus.Backup> found = new ArrayList<>(known(story));
    Map<String, Failure> unusable = new HashMap<>();
    switch (random.nextInt(5)) {
      case 0 -> found.clear();
      case 1 -> found.addFirst(Story.backup("old", any(Degree.values(), random)));
      case 2 -> {
        if (!found.isEmpty()) {
          BackupStatus.Backup broken = found.removeFirst();
          found.addFirst(Story.backup(broken.backup(), Degree.UNHEALTHY));
          unusable.put(broken.backup(), Story.bad());
        }
      }
      default -> {}
    }
    story.listed(distinct(found), unusable);
  }

  private static List<BackupStatus.Backup> distinct(List<BackupStatus.Backup> found) {
    Set<String> ids = new HashSet<>();
    return found.stream().filter(b -> ids.add(b.backup())).toList();
  }

  private static void fail(Story story, Random random) {
    FailureClass failureClass =
        random.nextBoolean() ? any(FailureClass.values(), random) : FailureClass.TRANSIENT;
    story.failed(any(SeedingStage.values(), random), Story.failure("SOME_CODE", failureClass));
  }

  private static void ask(Story story, Random random, int number) {
    List<BackupStatus.Backup> known = known(story);
    String some = known.isEmpty() ? "nothing" : known.get(random.nextInt(known.size())).backup();
    switch (random.nextInt(4)) {
      case 0 -> story.requested("r" + number / 2, CycleKind.REGULAR, null);
      case 1 -> story.requested("f" + number, CycleKind.FRESH, null);
      case 2 -> story.requested("e" + number, CycleKind.EXAMINATION, some);
      default -> story.replicaFailed(some, any(FailureClass.values(), random));
    }
  }

  private static void answer(Story story, Random random) {
    switch (random.nextInt(4)) {
      case 0 -> story.notRecorded("STORE_UNREACHABLE");
      case 1 -> story.notRecorded("BACKUP_MISSING");
      default -> story.recorded();
    }
  }

  private static void other(Story story, Random random) {
    switch (random.nextInt(6)) {
      case 0 -> story.tell(new CycleInput.Resumed());
      case 1 -> story.after(Duration.ofMinutes(20)).timer();
      case 2 ->
          story.tell(
              new CycleInput.ListingFailed(
                  story.state().listing().look(),
                  Story.failure("STORE_UNREACHABLE", FailureClass.TRANSIENT)));
      case 3 -> {
        if (random.nextInt(4) == 0) {
          story.tell(new CycleInput.ShardGone());
        }
      }
      case 4 -> story.after(Duration.ofHours(random.nextInt(30))).fireWhatIsDue();
      default -> story.timer();
    }
  }

  /** The methods of the states are the legal transitions; those of an interface are each one's. */
  private static Set<String> legalTransitions() {
    return Arrays.stream(
            new Class<?>[] {
              Cycle.Idle.class,
              Cycle.Seeking.class,
              Cycle.Making.class,
              Cycle.Checking.class,
              Cycle.Snapshotting.class,
              Cycle.ReadingBack.class,
              Cycle.Exhausted.class
            })
        .flatMap(state -> methods(state).map(method -> name(state, method)))
        .collect(Collectors.toSet());
  }

  private static Stream<Method> methods(Class<?> state) {
    return Stream.of(state, Cycle.Active.class, Cycle.Attempting.class)
        .filter(parent -> parent.isAssignableFrom(state))
        .flatMap(parent -> Arrays.stream(parent.getDeclaredMethods()))
        .filter(method -> Cycle.class.isAssignableFrom(method.getReturnType()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> !method.isBridge());
  }

  private static String name(Class<?> state, Method method) {
    String from = state.getSimpleName();
    boolean stays = method.getReturnType() == Cycle.Active.class;
    return from + " → " + (stays ? from : method.getReturnType().getSimpleName());
  }
}
