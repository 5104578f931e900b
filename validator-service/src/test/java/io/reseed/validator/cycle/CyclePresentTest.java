package io.reseed.validator.cycle;

import static io.reseed.validator.cycle.Story.REPLICA_A;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupPolicy;
import io.reseed.events.CycleKind;
import io.reseed.events.SeedingStage;
import io.reseed.events.ShardStatus.Health;
import io.reseed.fleet.FailureClass;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A clock that is wrong by so much, or weeks in which nobody listened, change no decision. */
class CyclePresentTest {

  /** A fresh cycle with a failed attempt, waits and a replica that is not well. */
  private static final List<Consumer<Story>> STEPS =
      List.of(
          story -> story.seen(Story.PRIMARY, Story.replica(REPLICA_A, Health.UNREACHABLE)),
          story -> story.listed(),
          story -> story.afterSeconds(5).timer(),
          story -> story.seenWhole(),
          story -> story.placed("host-1"),
          story -> story.afterSeconds(20).lives(SeedingStage.RESTORE),
          story -> story.afterSeconds(50).timer(),
          story -> story.failed(SeedingStage.RESTORE, Story.passing()),
          story -> story.afterSeconds(20).timer(),
          story -> story.placed("host-2"),
          story -> story.restored(),
          story -> story.caughtUp());

  private static Story told(int step, Duration jump) {
    Story story = new Story();
    for (int i = 0; i < STEPS.size(); i++) {
      if (i == step) {
        story.after(jump).tell(new CycleInput.Resumed()).listed();
      }
      STEPS.get(i).accept(story);
    }
    return story;
  }

  private static Set<String> decided(Story story) {
    Set<String> decided = new TreeSet<>(story.transitions());
    decided.add(String.valueOf(story.goal()));
    decided.add(story.assignment().host() + " " + story.assignment().source());
    return decided;
  }

  @ParameterizedTest
  @ValueSource(ints = {-3600, 3600, 30 * 86_400})
  void theSameIsDecidedAtEachStep(int jumpSeconds) {
    for (int step = 0; step < STEPS.size(); step++) {
      assertThat(decided(told(step, Duration.ofSeconds(jumpSeconds))))
          .as("before step " + step)
          .isEqualTo(decided(told(step, Duration.ZERO)));
    }
  }

  @Test
  void aCycleThatWasInFlightWhenABackupWasCalledBadDoesNotAcquitItByAClockThatWasAhead() {
    Story story = new Story().seenWhole().listed("b1").requested("r1", CYCLE, null).listed("b1");
    story.placed("host-1").restored();
    story.after(Duration.ofHours(-1)).tell(new CycleInput.Resumed()).listed("b1");

    story.replicaFailed("b1", FailureClass.BAD_BACKUP).listed("b1");

    assertThat(story.state().suspicions().open())
        .singleElement()
        .satisfies(
            suspicion ->
                assertThat(suspicion.isOlderThan(story.cycle().current().orElseThrow())).isFalse());
  }

  @Test
  void shardsAndPoliciesAreThoseThatTheTopicsSay() {
    CycleState whole = new Story().seenWhole().state();
    List<CycleInput> seen =
        List.of(new CycleInput.ShardSeen(Objects.requireNonNull(whole.topology())));

    assertThat(CycleService.missedOfServers(whole, seen)).isEmpty();
    assertThat(CycleService.missedOfServers(CycleState.EMPTY, seen)).isEqualTo(seen);
    assertThat(CycleService.missedOfServers(whole, List.of()))
        .containsExactly(new CycleInput.ShardGone());
    CycleInput declared = new CycleInput.Declared(POLICY);
    assertThat(CycleService.missedOfPolicy(whole, List.of(declared))).containsExactly(declared);
    assertThat(CycleService.missedOfPolicy(whole, List.of())).isEmpty();
  }

  private static final CycleKind CYCLE = CycleKind.REGULAR;
  private static final BackupPolicy POLICY =
      new BackupPolicy(60L, null, null, null, null, null, null);
}
