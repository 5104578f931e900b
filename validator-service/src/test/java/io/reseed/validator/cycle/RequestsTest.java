package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.BackupValidated;
import io.reseed.events.CycleKind;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.SeedingStage;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationFailed.Next;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code reseed backup} asks for. */
class RequestsTest {

  private static Story resting() {
    return new Story().seenWhole().listed("b2", "b1");
  }

  private static Plan plan(Story story) {
    return story.cycle().current().orElseThrow();
  }

  @Test
  void aCycleIsBegunAtOnce() {
    Story story = resting().requested("r1", CycleKind.REGULAR, null);
    assertThat(plan(story).kind()).isEqualTo(CycleKind.REGULAR);
    assertThat(plan(story).backup()).isEqualTo("b2");
    assertThat(plan(story).aim().reason()).contains("somebody", "r1");
    Story fresh = resting().requested("r1", CycleKind.FRESH, null);
    assertThat(plan(fresh).kind()).isEqualTo(CycleKind.FRESH);
  }

  @Test
  void aRegularCycleIsAFreshOneWithoutAUsableBackup() {
    Story story = new Story().requested("r1", CycleKind.REGULAR, null);
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    story.seenWhole().listed();
    assertThat(plan(story).kind()).isEqualTo(CycleKind.FRESH);
    assertThat(story.state().schedule().orders()).isEmpty();
  }

  @Test
  void eachRequestIsDoneOnce() {
    Story story = resting().requested("r1", CycleKind.REGULAR, null);
    story.requested("r1", CycleKind.REGULAR, null);
    assertThat(story.state().schedule().orders()).isEmpty();
    assertThat(story.events(CycleEvent.OrderPlaced.class)).hasSize(1);
    for (int i = 0; i < 150; i++) {
      story.requested("other-" + i, CycleKind.REGULAR, null);
    }
    assertThat(story.state().schedule().requestsSeen()).hasSize(100);
    assertThat(story.state().schedule().orders()).hasSize(1);
  }

  @Test
  void aRequestWaitsForTheCycleInFlight() {
    Story story = RegularCycleTest.readingBack().requested("r1", CycleKind.FRESH, null);
    assertThat(story.goal()).isEqualTo(Goal.READ_BACK);
    story.checked(SeedingStage.READ_BACK);
    assertThat(plan(story).kind()).isEqualTo(CycleKind.FRESH);
  }

  @Test
  void aRequestIsDoneAlsoWhileAFailedCycleWaits() {
    Story story = RegularCycleTest.making();
    for (int i = 0; i < 3; i++) {
      story.failed(SeedingStage.RESTORE, Story.passing()).afterSeconds(20).timer();
      story.placed("backup-1");
    }
    assertThat(story.cycle()).isInstanceOf(Cycle.Exhausted.class);
    story.listed("b1").requested("r1", CycleKind.REGULAR, null);
    assertThat(story.cycle()).isInstanceOf(Cycle.Seeking.class);
  }

  @Test
  void aRequestedCycleFollowsTheNextBackupWhenItsOwnIsMarkedUnhealthyBeforeItBegan() {
    Story story = resting().requested("r1", CycleKind.REGULAR, null).notPlaced("NO_BACKUP_HOST");
    story.listed(List.of(Story.backup("b2", Degree.UNHEALTHY), Story.backup("b1", Degree.CREATED)));
    assertThat(plan(story).backup()).isEqualTo("b1");
    assertThat(plan(story).aim().cause()).isEqualTo(Plan.Cause.REQUEST);
  }

  @Test
  void anExaminationTurnsAnUnhealthyBackupIntoAValidatedOne() {
    Story story =
        new Story()
            .seenWhole()
            .listed(
                List.of(Story.backup("b2", Degree.CREATED), Story.backup("b1", Degree.UNHEALTHY)))
            .requested("r1", CycleKind.EXAMINATION, "b1");
    assertThat(story.cycle()).as("looks first").isInstanceOf(Cycle.Idle.class);
    story.listed(List.of(Story.backup("b2", Degree.CREATED), Story.backup("b1", Degree.UNHEALTHY)));
    assertThat(story.effects(CycleEffect.FindPlace.class).getFirst().room().percent())
        .isEqualTo(120);
    story.placed("backup-1").restored().caughtUp().checked(SeedingStage.CHECK);
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    assertThat(story.degree("b1")).isEqualTo(Degree.VALIDATED);
    assertThat(story.state().schedule().rotation()).isZero();
    story.recorded();
    BackupValidated validated = story.validated().getFirst();
    assertThat(validated.backup()).isEqualTo("b1");
    assertThat(validated.next()).isNull();
  }

  @Test
  void anUnknownBackupIsNotExaminedAndSomebodyIsToldSo() {
    Story story = resting().requested("r1", CycleKind.EXAMINATION, "b9").listed("b2", "b1");
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    assertThat(story.announced())
        .singleElement()
        .satisfies(
            failed -> {
              assertThat(failed.backup()).isEqualTo("b9");
              assertThat(failed.condemned()).isFalse();
              assertThat(failed.failure().code()).isEqualTo("BACKUP_MISSING");
              assertThat(failed.next()).isEqualTo(Next.NONE);
            });
    assertThat(story.state().schedule().orders()).isEmpty();
  }

  @Test
  void tooManyRequestsAreRefusedAloud() {
    Story story = RegularCycleTest.making();
    for (int i = 0; i < 21; i++) {
      story.requested("r" + i, CycleKind.EXAMINATION, "b" + i);
    }
    assertThat(story.state().schedule().orders()).hasSize(20);
    assertThat(story.announced())
        .singleElement()
        .extracting(ValidationFailed::failure)
        .satisfies(failure -> assertThat(failure.code()).isEqualTo("REQUESTS_TOO_MANY"));
  }

  @Test
  void anExaminationWhoseBackupVanishedMeanwhileIsNotTriedAgain() {
    Story story = resting().requested("r1", CycleKind.EXAMINATION, "b1").listed("b2", "b1");
    story.placed("backup-1");
    for (int i = 0; i < 3; i++) {
      story.failed(SeedingStage.RESTORE, Story.passing()).afterSeconds(20).timer();
      story.placed("backup-1");
    }
    story.listed("b2").afterSeconds(900).timer().listed("b2");
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    assertThat(story.announced())
        .extracting(failed -> failed.failure().code())
        .containsExactly("SOME_CODE", "BACKUP_MISSING", "BACKUP_MISSING");
  }
}
