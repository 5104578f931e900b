package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.CycleKind;
import io.reseed.events.SeedingStage;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationFailed.Next;
import io.reseed.fleet.FailureClass;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the word of somebody that a backup is bad leads to: its examination, and nothing else. */
class SuspicionsTest {
  private static final Duration PAUSE = Story.POLICY.attempts().cycleRetryInterval();

  private static Story resting(String... backups) {
    return new Story().seenWhole().listed(backups).untilTimer();
  }

  /** The word came, and the repository showed nothing. */
  private static Story suspected(String backup) {
    return resting("b2", "b1").replicaFailed(backup, FailureClass.BAD_BACKUP).listed("b2", "b1");
  }

  private static Plan plan(Story story) {
    return story.cycle().current().orElseThrow();
  }

  private static String suspicion(Story story, String backup) {
    return String.valueOf(
        story.status().backups().stream()
            .filter(b -> b.backup().equals(backup))
            .findFirst()
            .orElseThrow()
            .suspected());
  }

  private static Story checked(Story story) {
    return story.placed("backup-1").restored().caughtUp().checked(SeedingStage.CHECK).recorded();
  }

  @Test
  void aReplicasWordCondemnsNobodyAndIsExamined() {
    Story story = suspected("b2");
    assertThat(story.announced()).isEmpty();
    assertThat(story.effects(CycleEffect.RecordVerdict.class)).isEmpty();
    assertThat(story.degree("b2")).isEqualTo(Degree.CREATED);
    assertThat(plan(story).kind()).isEqualTo(CycleKind.EXAMINATION);
    assertThat(plan(story).backup()).isEqualTo("b2");
    assertThat(plan(story).aim().reason()).contains("replica-1", "PACK_CORRUPT");
    assertThat(suspicion(story, "b2")).contains("PACK_CORRUPT", "RESTORE", "replica-1");
    assertThat(suspicion(story, "b1")).isEqualTo("null");
    assertThat(story.status().headline()).contains("b2");
  }

  @Test
  void theRepositoryIsLookedAtFirstAndMayShowItAtOnce() {
    Story story = resting("b2", "b1").replicaFailed("b2", FailureClass.BAD_BACKUP);
    assertThat(story.effects(CycleEffect.ListBackups.class)).hasSize(1);
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    story.listed(
        List.of(Story.backup("b2", Degree.UNHEALTHY), Story.backup("b1", Degree.CREATED)),
        Map.of("b2", Story.failure("MANIFEST_CORRUPT", FailureClass.BAD_BACKUP)));
    assertThat(story.announced())
        .singleElement()
        .satisfies(failed -> assertThat(failed.failure().code()).isEqualTo("MANIFEST_CORRUPT"));
    assertThat(story.state().suspicions().open()).isEmpty();
    assertThat(plan(story).kind()).isEqualTo(CycleKind.FRESH);
  }

  @Test
  void whatAnExaminationShowsIsTheVerdict() {
    Story good = checked(suspected("b2"));
    assertThat(good.degree("b2")).isEqualTo(Degree.VALIDATED);
    assertThat(good.announced()).isEmpty();
    assertThat(suspicion(good, "b2")).isEqualTo("null");

    Story bad = suspected("b2").placed("backup-1").failed(SeedingStage.RESTORE, Story.bad());
    assertThat(bad.announced())
        .singleElement()
        .satisfies(
            failed -> {
              assertThat(failed.condemned()).isTrue();
              assertThat(failed.backup()).isEqualTo("b2");
              assertThat(failed.seeding()).startsWith("cycle-");
              assertThat(failed.next()).isEqualTo(Next.FRESH_CYCLE);
            });
    assertThat(bad.state().suspicions().open()).isEmpty();
    assertThat(plan(bad).kind()).isEqualTo(CycleKind.FRESH);
  }

  @Test
  void anOlderOneThatTurnsOutToBeBadIsCondemnedAndNothingNewBegins() {
    Story story = suspected("b1").placed("backup-1").failed(SeedingStage.RESTORE, Story.bad());
    assertThat(story.announced()).extracting(ValidationFailed::next).containsExactly(Next.NONE);
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
  }

  @Test
  void nothingOfASuspectedBackupIsLeftToLaterCycles() {
    Story story = suspected("b2").placed("backup-1");
    assertThat(story.checks().tableCheckCycles()).isEqualTo(1);
    assertThat(story.checks().contentCheckCycles()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureClass.class,
      names = {"TRANSIENT", "OPERATOR_MUST_ACT", "BUG"})
  void aReplicaThatFailsForAnythingElseSuspectsNobody(FailureClass failureClass) {
    Story story = resting("b1").replicaFailed("b1", failureClass);
    assertThat(story.state().suspicions().open()).isEmpty();
  }

  @Test
  void aCycleInFlightGoesOnAndCountsOnlyIfItBeganLater() {
    Story story = RegularCycleTest.checking().afterSeconds(1);
    story.replicaFailed("b1", FailureClass.BAD_BACKUP).listed("b1");
    assertThat(story.cycle()).isInstanceOf(Cycle.Checking.class);
    story.checked(SeedingStage.CHECK).created("b2").recorded().checked(SeedingStage.READ_BACK);
    assertThat(story.degree("b1")).isEqualTo(Degree.VALIDATED);
    assertThat(suspicion(story, "b1")).contains("PACK_CORRUPT");
    story.recorded().listed("b2", "b1");
    assertThat(plan(story).kind()).isEqualTo(CycleKind.EXAMINATION);
    assertThat(suspicion(checked(story), "b1")).isEqualTo("null");
  }

  @Test
  void whatCannotBeExaminedStaysSuspectedAndKeepsNoCycleFromItsTime() {
    Story story = suspected("b2");
    for (int attempt = 1; attempt <= Story.POLICY.attempts().max(); attempt++) {
      story.placed("backup-1").failed(SeedingStage.RESTORE, Story.passing()).afterSeconds(200);
      story.timer();
    }
    assertThat(story.announced()).extracting(ValidationFailed::condemned).containsExactly(false);
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    assertThat(suspicion(story, "b2")).contains("PACK_CORRUPT", "SOME_CODE");
    story.requested("r1", CycleKind.REGULAR, null).listed("b2", "b1");
    assertThat(plan(story).kind()).isEqualTo(CycleKind.REGULAR);
  }

  @Test
  void wordsThatComeToNothingDoNotKeepTheHostsBusy() {
    Story story = checked(suspected("b2")).listed("b2", "b1");
    story.replicaFailed("b1", FailureClass.BAD_BACKUP).listed("b2", "b1");
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    story.after(PAUSE).timer().listed("b2", "b1");
    assertThat(plan(story).backup()).isEqualTo("b1");
  }

  @Test
  void whatNobodyKnowsAndWhatComesTwiceIsNoNews() {
    Story story = resting("b1").replicaFailed("gone", FailureClass.BAD_BACKUP);
    assertThat(story.state().suspicions().open()).isEmpty();
    story.replicaFailed("b1", FailureClass.BAD_BACKUP).replicaFailed("b1", FailureClass.BAD_BACKUP);
    assertThat(story.state().suspicions().open()).hasSize(1);
    assertThat(story.effects()).isEmpty();
    story.listed("b2");
    assertThat(story.state().suspicions().open()).isEmpty();
  }
}
