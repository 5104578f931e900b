package io.reseed.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingPurpose;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.SettingDifference;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any inputs in any order: what must hold all along, and that every transition is visited. */
class CatchUpSimulationTest {
  private static final int SEEDS = 300;
  private static final int MANY_SEEDS = 30_000;
  private static final int INPUTS = 200;
  private static final List<Goal> GOALS = List.of(Goal.values());

  @Test
  void holdsItsPromisesInAnyOrderOfInputsAndVisitsEveryTransition() {
    Set<String> visited = new HashSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      visited.addAll(run(seed).transitions());
    }
    assertThat(visited).containsAll(legalTransitions());
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
    Story story = new Story();
    for (int i = 0; i < INPUTS; i++) {
      step(story, random);
      assertThat(story.effects())
          .as("seed %d, input %d: only the assigned attempt is touched", seed, i)
          .allSatisfy(
              effect -> assertThat(effect.token().attempt()).isEqualTo(story.pursuit().attempt()));
      assertThat(story.effects())
          .as("seed %d, input %d: nothing is touched that is stopped or handed over", seed, i)
          .allSatisfy(
              effect -> assertThat(effect.assignment().goal()).isIn(Goal.MAKE, Goal.REPLICATE));
      assertThat(story.effects().size()).as("seed %d: one effect at a time", seed).isLessThan(2);
    }
    return story;
  }

  private static void step(Story story, Random random) {
    int attempt = 1 + random.nextInt(2);
    ServerAddress source = random.nextInt(6) == 0 ? Story.NEW_PRIMARY : Story.OLD_PRIMARY;
    story.after(Duration.ofMillis(random.nextInt(8_000)));
    switch (random.nextInt(12)) {
      case 0 ->
          story.assigned(
              attempt,
              source,
              Goal.MAKE,
              random.nextBoolean() ? SeedingPurpose.REPLICA : SeedingPurpose.VALIDATION);
      case 1 -> story.assigned(attempt, source, goal(random));
      case 2, 3 -> story.restored(attempt);
      case 4, 5 -> story.attached(attempt, source);
      case 6 -> story.sampled(10 + random.nextInt(15), 0L, null);
      case 7 -> story.sampled(20, 0L, null).sampled(20, 0L, null).compared(difference(random));
      case 8 -> story.sampled(12, null, Story.failure(anyOf(random)));
      case 9 ->
          story.tell(
              new CatchUpInput.AttachRefused(
                  Story.token(attempt, source),
                  Story.failure(anyOf(random)),
                  random.nextBoolean()));
      case 10 ->
          story.tell(
              new CatchUpInput.SampleMissed(
                  Story.token(attempt, source), Story.failure(FailureClass.TRANSIENT)));
      default -> other(story, random);
    }
  }

  private static SettingDifference difference(Random random) {
    return new SettingDifference(random.nextBoolean() ? "sql_mode" : "time_zone", "a", "b");
  }

  private static Goal goal(Random random) {
    return random.nextInt(3) == 0 ? GOALS.get(random.nextInt(GOALS.size())) : Goal.MAKE;
  }

  private static FailureClass anyOf(Random random) {
    return random.nextBoolean() ? FailureClass.TRANSIENT : FailureClass.BAD_BACKUP;
  }

  private static void other(Story story, Random random) {
    switch (random.nextInt(3)) {
      case 0 -> story.tell(new CatchUpInput.Withdrawn(Story.SEEDING));
      case 1 -> story.tell(new CatchUpInput.Resumed());
      default -> story.timer();
    }
  }

  /** The methods of the states are the legal transitions. */
  private static Set<String> legalTransitions() {
    return Arrays.stream(Pursuit.class.getPermittedSubclasses())
        .flatMap(state -> Arrays.stream(state.getDeclaredMethods()))
        .filter(method -> Pursuit.class.isAssignableFrom(method.getReturnType()))
        .filter(method -> !java.lang.reflect.Modifier.isStatic(method.getModifiers()))
        .map(CatchUpSimulationTest::name)
        .collect(Collectors.toSet());
  }

  private static String name(Method method) {
    return method.getDeclaringClass().getSimpleName()
        + " → "
        + method.getReturnType().getSimpleName();
  }
}
