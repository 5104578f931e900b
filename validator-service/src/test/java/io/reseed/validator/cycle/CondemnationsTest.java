package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupStatus;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.CycleKind;
import io.reseed.events.SeedingStage;
import io.reseed.events.ValidationFailed;
import io.reseed.events.ValidationFailed.Next;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the repository itself tells about backups. */
class CondemnationsTest {
  private static final Failure CORRUPT = Story.failure("MANIFEST_CORRUPT", FailureClass.BAD_BACKUP);

  private static Story resting(String... backups) {
    return new Story().seenWhole().listed(backups).untilTimer();
  }

  private static BackupStatus.Backup usable(String backup) {
    return Story.backup(backup, Degree.CREATED);
  }

  private static BackupStatus.Backup broken(String backup) {
    return Story.backup(backup, Degree.UNHEALTHY);
  }

  private static CycleKind kind(Story story) {
    return story.cycle().current().orElseThrow().kind();
  }

  @Test
  void aNewestBackupThatTheRepositoryShowsToBeUnusableIsCondemnedOnceAndReplacedAtOnce() {
    Story story = resting("b2", "b1");
    story.listed(List.of(broken("b2"), usable("b1")), Map.of("b2", CORRUPT));
    assertThat(story.announced())
        .containsExactly(
            new ValidationFailed(
                Story.SHARD, null, "b2", true, SeedingStage.RESTORE, CORRUPT, Next.FRESH_CYCLE));
    assertThat(kind(story)).isEqualTo(CycleKind.FRESH);
    assertThat(story.effects(CycleEffect.RecordVerdict.class))
        .singleElement()
        .satisfies(
            recorded -> {
              assertThat(recorded.verdict().backup().backup()).isEqualTo("b2");
              assertThat(recorded.verdict().degree()).isEqualTo(Degree.UNHEALTHY);
            });
    story.recorded().tell(new CycleInput.Resumed());
    story.listed(List.of(broken("b2"), usable("b1")), Map.of("b2", CORRUPT));
    assertThat(story.announced()).hasSize(1);
  }

  @Test
  void aManifestOfAnUnknownVersionIsCondemnedWithoutAVerdictThatALaterReleaseWouldHeed() {
    Failure unknown = Story.failure("FORMAT_VERSION_UNKNOWN", FailureClass.OPERATOR_MUST_ACT);
    Story story = resting("b2", "b1");
    story.listed(List.of(broken("b2"), usable("b1")), Map.of("b2", unknown));
    assertThat(story.announced())
        .containsExactly(
            new ValidationFailed(
                Story.SHARD, null, "b2", true, SeedingStage.RESTORE, unknown, Next.FRESH_CYCLE));
    assertThat(story.effects(CycleEffect.RecordVerdict.class)).isEmpty();
  }

  @Test
  void anOlderBackupThatIsUnusableIsCondemnedAndNothingNewBegins() {
    Story story = resting("b2", "b1");
    story.listed(List.of(usable("b2"), broken("b1")), Map.of("b1", CORRUPT));
    assertThat(story.announced())
        .singleElement()
        .extracting(ValidationFailed::next)
        .isEqualTo(Next.NONE);
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
  }

  @Test
  void aBackupThatVanishedIsCondemnedOnce() {
    Story story = resting("b2", "b1").listed("b1");
    assertThat(story.announced())
        .singleElement()
        .satisfies(
            failed -> {
              assertThat(failed.failure().code()).isEqualTo("BACKUP_MISSING");
              assertThat(failed.backup()).isEqualTo("b2");
              assertThat(failed.condemned()).isTrue();
              assertThat(failed.next()).isEqualTo(Next.FRESH_CYCLE);
            });
    story.tell(new CycleInput.Resumed()).listed("b1");
    assertThat(story.announced()).hasSize(1);
  }

  /**
   * The worker looks at each by itself, and says that the look failed when one of them is there.
   */
  @Test
  void aLookIsToldWhatMustNotVanishUnseen() {
    Story story = resting("b2", "b1");
    assertThat(story.effects(CycleEffect.ListBackups.class).getLast().usable())
        .containsExactlyInAnyOrder("b2", "b1");
    int look = story.state().listing().look();
    story.tell(
        new CycleInput.ListingFailed(
            look, Story.failure("STORE_UNREACHABLE", FailureClass.TRANSIENT)));
    assertThat(story.announced()).isEmpty();
    assertThat(story.state().backups().allUsable()).containsExactlyInAnyOrder("b2", "b1");
    story.untilTimer().listed(List.of(broken("b2"), usable("b1")), Map.of("b2", CORRUPT));
    story.untilTimer();
    assertThat(story.effects(CycleEffect.ListBackups.class).getLast().usable())
        .containsExactly("b1");
  }

  @Test
  void backupsThatALongListLeavesOutDidNotVanish() {
    Story story = new Story().seenWhole();
    BackupStatus.Backup old = aged("b0", 9_000);
    BackupStatus.Backup older = aged("a0", 90_000);
    story.listed(List.of(usable("b1"), old, older)).untilTimer();
    int look = story.state().listing().look();
    story.tell(
        new CycleInput.Listed(look, List.of(usable("b1"), aged("b0", 9_000)), Map.of(), false));
    assertThat(story.announced()).isEmpty();
  }

  private static BackupStatus.Backup aged(String backup, long seconds) {
    BackupStatus.Backup young = usable(backup);
    return new BackupStatus.Backup(
        backup,
        young.degree(),
        young.gtidSet(),
        young.bytesRaw(),
        young.bytesStored(),
        young.createdAt().minusSeconds(seconds),
        null,
        null,
        null,
        null);
  }

  @Test
  void aBackupThatWasNeverUsableIsShownAndNotAnnounced() {
    Story story = new Story().seenWhole();
    story.listed(List.of(broken("b2"), usable("b1")), Map.of("b2", CORRUPT));
    assertThat(story.announced()).isEmpty();
    assertThat(story.degree("b2")).isEqualTo(Degree.UNHEALTHY);
  }

  @Test
  void aLookThatBeganBeforeABackupWasMadeSaysNothingAboutIt() {
    Story story = RegularCycleTest.snapshotting().tell(new CycleInput.Resumed());
    int before = story.state().listing().look();
    story.created("b2");
    story.tell(new CycleInput.Listed(before, List.of(usable("b1")), Map.of(), true));
    assertThat(story.announced()).isEmpty();
    assertThat(story.degree("b2")).isEqualTo(Degree.CREATED);
    story.listed("b1");
    assertThat(story.announced()).extracting(ValidationFailed::backup).containsExactly("b2");
  }

  @Test
  void aVerdictThatSomebodyElseWroteIsNotAnnouncedAgain() {
    Story story = resting("b2", "b1").listed(List.of(broken("b2"), usable("b1")));
    assertThat(story.announced()).isEmpty();
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
  }

  @Test
  void aCycleWhoseBackupTurnsOutToBeUnusableIsWithdrawnForAFreshOne() {
    Story story = RegularCycleTest.making().tell(new CycleInput.Resumed());
    story.listed(List.of(broken("b1")), Map.of("b1", CORRUPT));
    assertThat(story.events(CycleEvent.AttemptWithdrawn.class)).hasSize(1);
    assertThat(kind(story)).isEqualTo(CycleKind.FRESH);
    assertThat(story.announced()).hasSize(1);
  }

  @Test
  void aFreshCycleInFlightIsCureEnough() {
    Story story = resting("b2", "b1").requested("r1", CycleKind.FRESH, null);
    story.listed("b2", "b1").placed("backup-1").tell(new CycleInput.Resumed()).listed();
    assertThat(story.announced()).extracting(ValidationFailed::next).containsOnly(Next.NONE);
    assertThat(story.announced()).hasSize(2);
    assertThat(story.state().schedule().orders()).isEmpty();
    assertThat(story.cycle()).isInstanceOf(Cycle.Making.class);
  }
}
