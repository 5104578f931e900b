package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.CycleKind;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingStage;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationFailed.Next;
import io.reseed.fleet.FailureClass;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The failure table of docs/adr/every-backup-is-proven.md, row by row. */
class FailureRulesTest {

  static Stream<Arguments> regularStages() {
    return Stream.of(
        Arguments.of(SeedingStage.RESTORE, (Supplier<Story>) RegularCycleTest::making),
        Arguments.of(SeedingStage.CATCH_UP, (Supplier<Story>) RegularCycleTest::making),
        Arguments.of(SeedingStage.CHECK, (Supplier<Story>) RegularCycleTest::checking),
        Arguments.of(SeedingStage.SNAPSHOT, (Supplier<Story>) RegularCycleTest::snapshotting));
  }

  private static Story freshMaking() {
    return new Story().seenWhole().listed().placed("backup-1");
  }

  private static Story freshReadingBack() {
    return freshMaking().caughtUp().checked(SeedingStage.CHECK).created("b1");
  }

  private static Story examining() {
    return new Story()
        .seenWhole()
        .listed("b2", "b1")
        .requested("r1", CycleKind.EXAMINATION, "b1")
        .listed("b2", "b1")
        .placed("backup-1");
  }

  private static ValidationFailed only(Story story) {
    assertThat(story.announced()).hasSize(1);
    return story.announced().getFirst();
  }

  @ParameterizedTest
  @MethodSource("regularStages")
  void aBadBackupOfARegularCycleIsCondemnedAtOnceAndAFreshCycleBegins(
      SeedingStage stage, Supplier<Story> given) {
    Story story = given.get();
    String seeding = story.assignment().seeding();
    story.failed(stage, Story.bad());
    assertThat(only(story))
        .isEqualTo(
            new ValidationFailed(
                Story.SHARD, seeding, "b1", true, stage, Story.bad(), Next.FRESH_CYCLE));
    assertThat(story.degree("b1")).isEqualTo(Degree.UNHEALTHY);
    assertThat(story.effects(CycleEffect.RecordVerdict.class))
        .singleElement()
        .satisfies(write -> assertThat(write.verdict().degree()).isEqualTo(Degree.UNHEALTHY));
    assertThat(story.cycle().current().orElseThrow().kind()).isEqualTo(CycleKind.FRESH);
    assertThat(story.effects(CycleEffect.FindPlace.class)).hasSize(1);
    assertThat(story.state().counters().condemned()).isEqualTo(1);
    story.placed("backup-1");
    assertThat(story.assignment().origin()).isInstanceOf(SeedingOrigin.Donor.class);
  }

  @Test
  void aBadBackupOfAnExaminationIsCondemnedAndNothingNewBeginsWhileOthersAreLeft() {
    Story story = examining().failed(SeedingStage.RESTORE, Story.bad());
    assertThat(only(story).condemned()).isTrue();
    assertThat(only(story).backup()).isEqualTo("b1");
    assertThat(only(story).next()).isEqualTo(Next.NONE);
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    assertThat(story.degree("b2")).isEqualTo(Degree.CREATED);
  }

  @Test
  void theLastBackupThatAnExaminationCondemnsIsReplacedAtOnce() {
    Story story =
        new Story()
            .seenWhole()
            .listed("b1")
            .requested("r1", CycleKind.EXAMINATION, "b1")
            .listed("b1")
            .placed("backup-1")
            .failed(SeedingStage.CHECK, Story.bad());
    assertThat(only(story).next()).isEqualTo(Next.FRESH_CYCLE);
    assertThat(story.cycle().current().orElseThrow().kind()).isEqualTo(CycleKind.FRESH);
  }

  @Test
  void aBadBackupFailureOfAFreshCycleCountsAsAnAttemptAndAnotherDonorIsTaken() {
    Story story = freshMaking().failed(SeedingStage.CHECK, Story.bad());
    assertThat(story.announced()).isEmpty();
    story.afterSeconds(5).timer().placed("backup-2");
    assertThat(story.assignment().origin()).isEqualTo(new SeedingOrigin.Donor(Story.REPLICA_B));
    assertThat(story.state().counters().attemptsFailed()).isEqualTo(1);
    assertThat(story.state().counters().condemned()).isZero();
  }

  @Test
  void aNewBackupThatCannotBeReadBackIsCondemnedAndThePriorOneStaysValidated() {
    Story story = RegularCycleTest.readingBack().recorded();
    String seeding = story.assignment().seeding();
    story.failed(SeedingStage.READ_BACK, Story.bad());
    assertThat(only(story))
        .isEqualTo(
            new ValidationFailed(
                Story.SHARD,
                seeding,
                "b2",
                true,
                SeedingStage.READ_BACK,
                Story.bad(),
                Next.FRESH_CYCLE));
    assertThat(story.degree("b2")).isEqualTo(Degree.UNHEALTHY);
    assertThat(story.degree("b1")).isEqualTo(Degree.VALIDATED);
    assertThat(story.cycle().current().orElseThrow().kind()).isEqualTo(CycleKind.FRESH);
  }

  @Test
  void freshCyclesThatComeToNothingDoNotFollowEachOtherInATightLoop() {
    Story story = freshReadingBack().failed(SeedingStage.READ_BACK, Story.bad());
    assertThat(story.announced().getLast().next()).isEqualTo(Next.FRESH_CYCLE);
    assertThat(story.cycle()).isInstanceOf(Cycle.Seeking.class);
    story.placed("backup-1").caughtUp().checked(SeedingStage.CHECK).created("b2");
    story.failed(SeedingStage.READ_BACK, Story.bad());
    assertThat(story.announced().getLast().next()).isEqualTo(Next.LATER_CYCLE);
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    story.afterSeconds(899).timer();
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    story.afterSeconds(1).timer();
    assertThat(story.cycle()).isInstanceOf(Cycle.Seeking.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureClass.class,
      names = {"TRANSIENT", "OPERATOR_MUST_ACT"})
  void otherFailuresCondemnNobodyAndAreTriedAgainWithinTheBudget(FailureClass failureClass) {
    Story story = RegularCycleTest.making();
    for (int i = 0; i < 2; i++) {
      story.failed(SeedingStage.RESTORE, Story.failure("SOME_CODE", failureClass));
      assertThat(story.cycle()).isInstanceOf(Cycle.Seeking.class);
      assertThat(story.announced()).isEmpty();
      story.afterSeconds(20).timer().placed("backup-" + i);
    }
    story.failed(SeedingStage.CATCH_UP, Story.failure("SOME_CODE", failureClass));
    assertThat(only(story).condemned()).isFalse();
    assertThat(only(story).backup()).isEqualTo("b1");
    assertThat(only(story).stage()).isEqualTo(SeedingStage.CATCH_UP);
    assertThat(only(story).next()).isEqualTo(Next.LATER_CYCLE);
    assertThat(story.degree("b1")).isEqualTo(Degree.CREATED);
    assertThat(story.problem()).isEqualTo("ATTEMPTS_EXHAUSTED");
    story.afterSeconds(899).timer().listed("b1");
    assertThat(story.cycle()).isInstanceOf(Cycle.Exhausted.class);
    story.afterSeconds(1).timer();
    assertThat(story.cycle().current().orElseThrow().kind())
        .isEqualTo(failureClass == FailureClass.TRANSIENT ? CycleKind.REGULAR : CycleKind.FRESH);
  }

  @Test
  void anExaminationIsTriedAgainLaterAfterPassingFailures() {
    Story story = examining();
    for (int i = 0; i < 3; i++) {
      story.failed(SeedingStage.RESTORE, Story.passing());
      story.afterSeconds(20).timer().placed("backup-1");
    }
    assertThat(only(story).condemned()).isFalse();
    assertThat(story.cycle()).isInstanceOf(Cycle.Exhausted.class);
    story.afterSeconds(900).timer().listed("b2", "b1");
    Plan plan = story.cycle().current().orElseThrow();
    assertThat(plan.kind()).isEqualTo(CycleKind.EXAMINATION);
    assertThat(plan.backup()).isEqualTo("b1");
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureClass.class,
      names = {"TRANSIENT", "OPERATOR_MUST_ACT", "BUG"})
  void aReadBackThatFailsForNoFaultOfTheBackupLeavesItCreatedAndTheNextCycleComesSoon(
      FailureClass failureClass) {
    Story story = RegularCycleTest.readingBack().recorded();
    story.failed(SeedingStage.READ_BACK, Story.failure("SOME_CODE", failureClass));
    assertThat(only(story).condemned()).isFalse();
    assertThat(only(story).backup()).isEqualTo("b2");
    assertThat(only(story).next()).isEqualTo(Next.LATER_CYCLE);
    assertThat(story.degree("b2")).isEqualTo(Degree.CREATED);
    assertThat(story.degree("b1")).isEqualTo(Degree.VALIDATED);
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    assertThat(story.status().nextCycleAt()).isEqualTo(story.now().plusSeconds(900));
    story.listed("b2", "b1").afterSeconds(900).timer();
    Plan plan = story.cycle().current().orElseThrow();
    assertThat(plan.kind()).isEqualTo(CycleKind.REGULAR);
    assertThat(plan.backup()).isEqualTo("b2");
  }

  @Test
  void aServerThatFallsSilentWhileItIsReadBackCondemnsNobody() {
    Story story = RegularCycleTest.readingBack().recorded().afterSeconds(60).timer();
    assertThat(only(story).failure().code()).isEqualTo("SEEDING_SILENT");
    assertThat(only(story).condemned()).isFalse();
    assertThat(story.degree("b2")).isEqualTo(Degree.CREATED);
  }

  @ParameterizedTest
  @MethodSource("regularStages")
  void aBugFailsTheCycleAtOnceAndCondemnsNobody(SeedingStage stage, Supplier<Story> given) {
    Story story = given.get().failed(stage, Story.failure("INTERNAL", FailureClass.BUG));
    assertThat(only(story).condemned()).isFalse();
    assertThat(story.cycle()).isInstanceOf(Cycle.Exhausted.class);
    assertThat(((Cycle.Exhausted) story.cycle()).next()).isEqualTo(CycleKind.FRESH);
    assertThat(story.degree("b1")).isEqualTo(Degree.CREATED);
  }

  @Test
  void aBugFailsAFreshCycleAtOnce() {
    Story story = freshMaking().failed(SeedingStage.CHECK, Story.failure("X", FailureClass.BUG));
    assertThat(only(story).backup()).isNull();
    assertThat(story.cycle()).isInstanceOf(Cycle.Exhausted.class);
  }

  @Test
  void aHostThatWasTakenByOthersIsNotCounted() {
    Story story = RegularCycleTest.making();
    for (int i = 0; i < 5; i++) {
      story.failed(SeedingStage.RESTORE, Story.failure("NO_SLOT", FailureClass.TRANSIENT));
      story.afterSeconds(20).timer().placed("backup-1");
    }
    assertThat(story.cycle()).isInstanceOf(Cycle.Making.class);
  }

  @ParameterizedTest
  @MethodSource("regularStages")
  void anAttemptThatFallsSilentIsReplacedAndCondemnsNobody(
      SeedingStage stage, Supplier<Story> given) {
    Story story = given.get().lives(stage).afterSeconds(60).timer();
    assertThat(story.announced()).isEmpty();
    assertThat(story.events(CycleEvent.AttemptFailed.class))
        .singleElement()
        .satisfies(failed -> assertThat(failed.failure().code()).isEqualTo("SEEDING_SILENT"));
  }
}
