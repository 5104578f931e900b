package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.agent.Desired;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.restore.JobState.Accepted;
import io.reseed.restore.JobState.Copy;
import io.reseed.restore.JobState.Failed;
import io.reseed.restore.JobState.Failing;
import io.reseed.restore.JobState.Fetching;
import io.reseed.restore.JobState.Kept;
import io.reseed.restore.JobState.Proof;
import io.reseed.restore.JobState.Removing;
import io.reseed.restore.JobState.Restored;
import io.reseed.restore.JobState.Slot;
import io.reseed.restore.JobState.Starting;
import io.reseed.restore.JobState.Verifying;
import io.reseed.restore.Observation.Outcome;
import io.reseed.restore.RestoreDecision.Action;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RestoreMachineTest {
  private static final Slot SLOT = new Slot(3310, 7);
  private static final Copy COPY = new Copy("", 10, 20);
  private static final Proof PROOF = new Proof("uuid", "", 5);
  private static final Failure FAILURE =
      new Failure("PACK_CORRUPT", FailureClass.BAD_BACKUP, "m", "h");

  private static final Desired<Goal> UNKNOWN = new Desired.Unknown<>();
  private static final Desired<Goal> MAKE = new Desired.Assigned<>(Goal.MAKE);
  private static final Desired<Goal> REPLICATE = new Desired.Assigned<>(Goal.REPLICATE);
  private static final Desired<Goal> HOLD = new Desired.Assigned<>(Goal.HOLD);
  private static final Desired<Goal> KEEP = new Desired.Assigned<>(Goal.KEEP);
  private static final Desired<Goal> GONE = new Desired.Gone<>("the seeding is over");
  private static final List<Desired<Goal>> DESIRED =
      List.of(UNKNOWN, MAKE, REPLICATE, HOLD, KEEP, GONE);

  private static final Failure DEATH =
      new Failure("FILES_REFUSED", FailureClass.BAD_BACKUP, "it died", "h");
  private static final Observation IDLE = new Observation(false, null, null, false);
  private static final Observation BUSY = new Observation(true, null, null, false);
  private static final Observation ANNOUNCED = new Observation(false, null, null, true);
  private static final Observation DIED = new Observation(false, null, DEATH, true);

  static List<JobState> states() {
    return List.of(
        new Accepted(),
        new Fetching(SLOT),
        new Starting(SLOT, COPY),
        new Verifying(SLOT, COPY),
        new Restored(SLOT, COPY, PROOF),
        new Kept(SLOT, false),
        new Kept(SLOT, true),
        new Failing(FAILURE, SeedingStage.RESTORE),
        new Failed(FAILURE, SeedingStage.RESTORE),
        new Removing("r"));
  }

  private static List<JobState> removable() {
    return states().stream().filter(JobState.Removable.class::isInstance).toList();
  }

  private static List<Observation> observations() {
    List<@Nullable Outcome> outcomes = new ArrayList<>();
    outcomes.add(null);
    outcomes.add(new Outcome.Admitted(SLOT));
    outcomes.add(new Outcome.Fetched(COPY));
    outcomes.add(new Outcome.Started());
    outcomes.add(new Outcome.Verified(PROOF));
    outcomes.add(new Outcome.FenceLifted());
    outcomes.add(new Outcome.Undone());
    outcomes.add(new Outcome.Failed(FAILURE));
    List<Observation> all = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      for (boolean announced : new boolean[] {false, true}) {
        all.add(new Observation(false, outcome, null, announced));
        all.add(new Observation(false, outcome, DEATH, announced));
      }
    }
    all.add(BUSY);
    all.add(new Observation(true, null, DEATH, true));
    return all;
  }

  private static RestoreDecision decide(JobState state, Desired<Goal> desired, Observation seen) {
    return RestoreMachine.decide(state, desired, seen);
  }

  private static Observation after(Outcome outcome) {
    return new Observation(false, outcome, null, false);
  }

  @Test
  void makesTheServerStepByStep() {
    JobState accepted = new Accepted();
    assertThat(decide(accepted, MAKE, IDLE)).isEqualTo(new RestoreDecision(accepted, Action.ADMIT));
    assertThat(decide(accepted, MAKE, after(new Outcome.Admitted(SLOT))))
        .isEqualTo(new RestoreDecision(new Fetching(SLOT), Action.FETCH));
    assertThat(decide(new Fetching(SLOT), MAKE, after(new Outcome.Fetched(COPY))))
        .isEqualTo(new RestoreDecision(new Starting(SLOT, COPY), Action.START));
    assertThat(decide(new Starting(SLOT, COPY), MAKE, after(new Outcome.Started())))
        .isEqualTo(new RestoreDecision(new Verifying(SLOT, COPY), Action.VERIFY));
    assertThat(decide(new Verifying(SLOT, COPY), MAKE, after(new Outcome.Verified(PROOF))))
        .isEqualTo(new RestoreDecision(new Restored(SLOT, COPY, PROOF), Action.ANNOUNCE));
    assertThat(decide(new Restored(SLOT, COPY, PROOF), MAKE, ANNOUNCED).action())
        .isEqualTo(Action.REST);
  }

  @Test
  void resumesEachUnfinishedStepAfterARestart() {
    assertThat(decide(new Fetching(SLOT), MAKE, IDLE).action()).isEqualTo(Action.FETCH);
    assertThat(decide(new Starting(SLOT, COPY), MAKE, IDLE).action()).isEqualTo(Action.START);
    assertThat(decide(new Verifying(SLOT, COPY), MAKE, IDLE).action()).isEqualTo(Action.VERIFY);
    assertThat(decide(new Restored(SLOT, COPY, PROOF), MAKE, IDLE).action())
        .isEqualTo(Action.ANNOUNCE);
    assertThat(decide(new Failing(FAILURE, SeedingStage.RESTORE), MAKE, IDLE).action())
        .isEqualTo(Action.ABANDON);
    assertThat(decide(new Failed(FAILURE, SeedingStage.RESTORE), MAKE, IDLE).action())
        .isEqualTo(Action.ANNOUNCE);
    assertThat(decide(new Removing("r"), MAKE, IDLE).action()).isEqualTo(Action.ERASE);
    assertThat(decide(new Kept(SLOT, false), GONE, IDLE).action()).isEqualTo(Action.UNFENCE);
  }

  @Test
  void undoesEverythingBeforeAFailureIsAnnounced() {
    assertThat(decide(new Fetching(SLOT), MAKE, after(new Outcome.Failed(FAILURE))))
        .isEqualTo(new RestoreDecision(new Failing(FAILURE, SeedingStage.RESTORE), Action.ABANDON));
    assertThat(
            decide(new Failing(FAILURE, SeedingStage.RESTORE), MAKE, after(new Outcome.Undone())))
        .isEqualTo(new RestoreDecision(new Failed(FAILURE, SeedingStage.RESTORE), Action.ANNOUNCE));
    assertThat(decide(new Failed(FAILURE, SeedingStage.RESTORE), MAKE, ANNOUNCED))
        .isEqualTo(new RestoreDecision(new Failed(FAILURE, SeedingStage.RESTORE), Action.REST));
  }

  @ParameterizedTest
  @MethodSource("states")
  void neverRemovesOrFailsAKeptServer(JobState state) {
    if (!(state instanceof Kept)) {
      return;
    }
    for (Desired<Goal> desired : DESIRED) {
      for (Observation seen : observations()) {
        RestoreDecision decision = decide(state, desired, seen);
        assertThat(decision.next()).isInstanceOf(Kept.class);
        assertThat(decision.action()).isIn(Action.REST, Action.UNFENCE, Action.CANCEL);
      }
    }
  }

  @Test
  void removesWhateverIsNotKeptOnceNobodyWantsIt() {
    for (JobState state : removable()) {
      assertThat(decide(state, GONE, IDLE))
          .isEqualTo(new RestoreDecision(new Removing("the seeding is over"), Action.ERASE));
      assertThat(decide(state, GONE, BUSY))
          .as("first the action under way has to end")
          .isEqualTo(new RestoreDecision(new Removing("the seeding is over"), Action.CANCEL));
    }
  }

  @Test
  void goesThroughWithARemovalThatBegan() {
    assertThat(decide(new Removing("r"), MAKE, IDLE).next()).isEqualTo(new Removing("r"));
    assertThat(decide(new Removing("r"), MAKE, after(new Outcome.Undone())).action())
        .isEqualTo(Action.FORGET);
  }

  @Test
  void concludesNothingFromAPictureThatItDoesNotHave() {
    for (JobState state : states()) {
      for (Observation seen : observations()) {
        RestoreDecision decision = decide(state, UNKNOWN, seen);
        assertThat(decision.next()).isEqualTo(state);
        assertThat(decision.action()).isIn(Action.REST, Action.CANCEL);
      }
    }
  }

  @Test
  void reportsAServerThatDiedBeforeItsHandOver() {
    assertThat(decide(new Restored(SLOT, COPY, PROOF), MAKE, DIED))
        .isEqualTo(new RestoreDecision(new Failing(DEATH, SeedingStage.CATCH_UP), Action.ABANDON));
  }

  @Test
  void leavesTheMysqldOfARestoredServerToTheProofAgentFromItsChecksOn() {
    Restored restored = new Restored(SLOT, COPY, PROOF);
    for (Desired<Goal> desired : List.of(REPLICATE, HOLD)) {
      for (Observation seen : observations()) {
        if (!(seen.outcome() instanceof Outcome.Failed)) {
          assertThat(decide(restored, desired, seen))
              .isEqualTo(new RestoreDecision(restored, Action.REST));
        }
      }
      assertThat(decide(restored, GONE, DIED).action()).isEqualTo(Action.ERASE);
    }
  }

  @Test
  void handsOverDurablyBeforeItLiftsTheFence() {
    Restored restored = new Restored(SLOT, COPY, PROOF);
    assertThat(decide(restored, KEEP, ANNOUNCED))
        .isEqualTo(new RestoreDecision(new Kept(SLOT, false), Action.UNFENCE));
    assertThat(decide(restored, KEEP, DIED).next())
        .as("a hand-over is final, whatever the server does")
        .isEqualTo(new Kept(SLOT, false));
    assertThat(decide(new Kept(SLOT, false), KEEP, after(new Outcome.FenceLifted())))
        .isEqualTo(new RestoreDecision(new Kept(SLOT, true), Action.REST));
  }

  @Test
  void startsNothingWhileAnActionIsUnderWay() {
    for (JobState state : states()) {
      for (Desired<Goal> desired : DESIRED) {
        assertThat(decide(state, desired, BUSY).action()).isIn(Action.REST, Action.CANCEL);
      }
    }
  }

  @Test
  void saysThatItLostAServerThatItIsToGoOnWith() {
    assertThat(RestoreMachine.accept(assigned(Goal.MAKE))).isEqualTo(new Accepted());
    for (Goal later : List.of(Goal.REPLICATE, Goal.HOLD, Goal.KEEP)) {
      JobState lost = RestoreMachine.accept(assigned(later));
      assertThat(lost)
          .isInstanceOfSatisfying(
              Failing.class,
              failing -> {
                assertThat(failing.failure().code()).isEqualTo("SERVER_LOST");
                assertThat(failing.failure().failureClass()).isEqualTo(FailureClass.TRANSIENT);
                assertThat(failing.failure().message()).contains(later.name());
              });
      assertThat(decide(lost, new Desired.Assigned<>(later), IDLE).action())
          .isEqualTo(Action.ABANDON);
    }
  }

  @Test
  void visitsExactlyTheTransitionsThatTheStatesHaveMethodsFor() {
    Set<String> visited = new TreeSet<>();
    for (JobState state : states()) {
      for (Desired<Goal> desired : DESIRED) {
        for (Observation seen : observations()) {
          JobState next = decide(state, desired, seen).next();
          if (!next.equals(state)) {
            visited.add(edge(state.getClass(), next.getClass()));
          }
        }
      }
    }
    Set<String> legal = new TreeSet<>();
    for (Class<?> type : JobState.class.getPermittedSubclasses()) {
      addTransitions(type, legal);
    }
    for (JobState state : states()) {
      addTransitions(state.getClass(), legal);
    }
    assertThat(visited).isEqualTo(legal);
  }

  private static void addTransitions(Class<?> type, Set<String> legal) {
    if (type.isInterface()) {
      return;
    }
    for (Method method : type.getMethods()) {
      if (JobState.class.isAssignableFrom(method.getReturnType())) {
        legal.add(edge(type, method.getReturnType()));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (JobState.class.isAssignableFrom(method.getReturnType())) {
        legal.add(edge(type, method.getReturnType()));
      }
    }
  }

  private static String edge(Class<?> from, Class<?> to) {
    return from.getSimpleName() + " -> " + to.getSimpleName();
  }

  private static SeedingAssigned assigned(Goal goal) {
    ServerAddress primary = new ServerAddress("127.0.0.1", 3306);
    return new SeedingAssigned(
        new ShardName("commerce", "-80"),
        "s",
        2,
        goal == Goal.KEEP ? SeedingPurpose.REPLICA : SeedingPurpose.VALIDATION,
        goal,
        "h1",
        primary,
        primary,
        new SeedingOrigin.Backup("b1"),
        null);
  }
}
