package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupStatus;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.CycleKind;
import io.reseed.events.SeedingStage;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationFailed.Next;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Backups that are sound and that the present primary has no binlogs for: two facts. */
class UnusableBackupsTest {
  private static final String WHY = "primary 10.0.0.2:3306 does not have the binlogs";
  private static final Failure GAP = Failure.of(FailureCode.BINLOG_GAP, "purged", "none");

  private static BackupStatus.Backup backup(String id) {
    return Story.backup(id, Degree.VALIDATED);
  }

  private static BackupStatus.Backup unusable(String id) {
    return backup(id).unusable(WHY);
  }

  private static Plan plan(Story story) {
    return story.cycle().current().orElseThrow();
  }

  @Test
  void areNamedBeforeAnIncidentAndANewOneIsMade() {
    Story story = new Story().seenWhole().listed(List.of(unusable("b2"), unusable("b1")));
    Failure failure = Objects.requireNonNull(story.status().failure());
    assertThat(failure.code()).isEqualTo("NO_BACKUP");
    assertThat(failure.message()).contains("b2", WHY);
    assertThat(failure.hint()).contains("reseed backup --fresh --shard commerce/-80");
    assertThat(story.status().proven()).as("they are sound").isTrue();
    assertThat(story.status().backups())
        .allSatisfy(b -> assertThat(b.unusable()).isEqualTo(WHY))
        .allSatisfy(b -> assertThat(b.degree()).isEqualTo(Degree.VALIDATED));
    assertThat(plan(story).kind()).isEqualTo(CycleKind.FRESH);
    assertThat(story.announced()).isEmpty();

    story.placed("backup-1").restored().caughtUp().checked(SeedingStage.CHECK).created("b3");
    assertThat(story.problem()).isEqualTo("none");
  }

  @Test
  void areNotMadeTheNextBackupOf() {
    Story story =
        new Story()
            .seenWhole()
            .listed(List.of(unusable("b3"), backup("b2"), backup("b1")))
            .requested("r1", CycleKind.REGULAR, null);
    assertThat(plan(story).backup()).isEqualTo("b2");
    story.listed(List.of(unusable("b3"), unusable("b2"), unusable("b1")));
    assertThat(plan(story).kind()).isEqualTo(CycleKind.FRESH);
  }

  /** The primary may purge while the attempt is under way. */
  @ParameterizedTest
  @EnumSource(
      value = CycleKind.class,
      names = {"REGULAR", "EXAMINATION"})
  void areNotCondemnedByAnAttemptThatShowsIt(CycleKind kind) {
    Story story = new Story().seenWhole().listed(List.of(backup("b2"), backup("b1")));
    story.requested("r1", kind, kind == CycleKind.EXAMINATION ? "b2" : null);
    story.listed(List.of(backup("b2"), backup("b1"))).placed("backup-1");
    story.failed(SeedingStage.CATCH_UP, GAP);
    assertThat(story.announced())
        .containsExactly(
            new ValidationFailed(
                Story.SHARD,
                Objects.requireNonNull(story.announced().getFirst().seeding()),
                "b2",
                false,
                SeedingStage.CATCH_UP,
                GAP,
                kind == CycleKind.REGULAR ? Next.FRESH_CYCLE : Next.NONE));
    assertThat(story.events(CycleEvent.VerdictDecided.class)).isEmpty();
    assertThat(story.degree("b2")).isEqualTo(Degree.VALIDATED);
    assertThat(story.state().backups().unusable()).containsOnlyKeys("b2");
    assertThat(story.state().counters().condemned()).isZero();
    assertThat(story.state().counters().cyclesFailed()).isZero();
  }

  @Test
  void aNewPrimaryIsAskedAtOnce() {
    Story story = new Story().seenWhole().listed(List.of(backup("b2"), unusable("b1")));
    story.seen(Story.REPLICA_A, Story.healthy(Story.REPLICA_B));
    assertThat(story.effects(CycleEffect.ListBackups.class))
        .singleElement()
        .satisfies(
            look -> {
              assertThat(look.fit().primary()).isEqualTo(Story.REPLICA_A);
              assertThat(look.fit().unusable()).containsOnlyKeys("b1");
            });
  }
}
