package io.reseed.validator;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.FailureClass;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerAddress;
import io.reseed.events.ShardStatus.Health;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Any inputs in any order: what must hold all along, and that every transition is visited. */
class CycleSimulationTest {
  private static final int SEEDS = 200;
  private static final int INPUTS = 200;

  @Test
  void holdsItsPromisesInAnyOrderOfInputsAndVisitsEveryTransition() {
    Set<String> visited = new HashSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      visited.addAll(run(seed).transitions());
    }
    Set<String> pairs =
        visited.stream()
            .map(transition -> transition.substring(0, transition.indexOf(" by ")))
            .collect(Collectors.toSet());
    assertThat(pairs).containsAll(legalTransitions());
    assertThat(visited)
        .contains("Seeking → Idle by CycleDropped", "Exhausted → Idle by CycleDropped");
  }

  private static Story run(long seed) {
    Random random = new Random(seed);
    Story story = new Story();
    Set<String> backups = new HashSet<>();
    for (int i = 0; i < INPUTS; i++) {
      Cycle before = story.cycle();
      step(story, random, i);
      String where = "seed " + seed + ", input " + i;
      assertThat(story.effects().size()).as(where + ": bounded effects").isLessThan(4);
      assertThat(story.effects(CycleEffect.FindPlace.class).size()).as(where).isLessThan(2);
      checkAssignment(story, before, where);
    }
    story.events(CycleEvent.BackupMade.class).forEach(m -> backups.add(m.backup().backup()));
    assertThat(story.events(CycleEvent.BackupMade.class))
        .as("seed %d: each backup is taken once", seed)
        .hasSize(backups.size());
    assertThat(endedOnce(story)).as("seed %d: each attempt ends once", seed).isTrue();
    return story;
  }

  /** What is assigned has a primary, and a snapshot is ordered of a made server only. */
  private static void checkAssignment(Story story, Cycle before, String where) {
    if (story.cycle() instanceof Cycle.Snapshotting && !(before instanceof Cycle.Snapshotting)) {
      assertThat(before).as(where).isInstanceOf(Cycle.Making.class);
    }
    if (story.cycle() instanceof Cycle.Active) {
      assertThat(story.state().topology()).as(where).isNotNull();
      assertThat(story.assignment().attempt())
          .as(where)
          .isEqualTo(((Cycle.Active) story.cycle()).plan().attempt());
    }
  }

  private static boolean endedOnce(Story story) {
    Set<String> ended = new HashSet<>();
    return story.events(CycleEvent.AttemptFailed.class).stream()
            .allMatch(e -> ended.add(e.assignment().seeding() + e.assignment().attempt()))
        && story.events(CycleEvent.CycleFailed.class).stream()
            .allMatch(e -> ended.add(e.assignment().seeding() + e.assignment().attempt()))
        && story.events(CycleEvent.BackupMade.class).stream()
            .allMatch(e -> ended.add(e.assignment().seeding() + e.assignment().attempt()));
  }

  private static void step(Story story, Random random, int number) {
    story.after(Duration.ofMillis(1 + random.nextInt(12_000)));
    switch (random.nextInt(14)) {
      case 0, 1 -> story.seenWhole();
      case 2 -> story.seen(null, Story.healthy(Story.REPLICA_A));
      case 3 -> story.seen(anyServer(random), replica(random));
      case 4 -> story.listed(random.nextInt(3) == 0 ? new String[] {"old"} : new String[0]);
      case 5, 6 -> story.listed().placed("backup-" + random.nextInt(3));
      case 7 -> story.notPlaced("NO_BACKUP_HOST");
      case 8 -> story.lives(any(SeedingStage.values(), random));
      case 9, 10 -> story.caughtUp();
      case 11 -> story.created("backup-of-" + number);
      case 12 -> fail(story, random);
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

  private static void fail(Story story, Random random) {
    FailureClass failureClass = random.nextInt(5) == 0 ? FailureClass.BUG : FailureClass.TRANSIENT;
    story.failed(any(SeedingStage.values(), random), Story.failure("SOME_CODE", failureClass));
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
      default -> story.timer();
    }
  }

  /** The methods of the states are the legal transitions. */
  private static Set<String> legalTransitions() {
    return Arrays.stream(
            new Class<?>[] {
              Cycle.Idle.class,
              Cycle.Seeking.class,
              Cycle.Making.class,
              Cycle.Snapshotting.class,
              Cycle.Exhausted.class
            })
        .flatMap(state -> Arrays.stream(state.getDeclaredMethods()))
        .filter(method -> Cycle.class.isAssignableFrom(method.getReturnType()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .map(CycleSimulationTest::name)
        .collect(Collectors.toSet());
  }

  private static String name(Method method) {
    return method.getDeclaringClass().getSimpleName()
        + " → "
        + method.getReturnType().getSimpleName();
  }
}
