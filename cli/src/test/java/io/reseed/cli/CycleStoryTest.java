package io.reseed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.cli.backup.CycleStory;
import io.reseed.events.BackupRequested;
import io.reseed.events.BackupStatus;
import io.reseed.events.CycleKind;
import io.reseed.events.Event;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which cycle is followed for a request, what is told of it, and how it is said to end. */
public class CycleStoryTest {
  private static final ShardName SHARD = ShardName.parse("commerce/-80");
  private static final Cycles CYCLES = new Cycles(SHARD);
  private static final Instant NOW = Instant.parse("2026-11-25T02:00:00Z");

  private final List<String> told = new ArrayList<>();
  private CycleStory story = story(CycleKind.REGULAR, null);

  @Test
  void aRegularCycleIsGoodOnceBothBackupsAreThereAndItIsOver() {
    hear(CYCLES.begun("v-1", CycleKind.REGULAR, "b-1"));
    hear(CYCLES.created("v-1"));
    story.hearOver("v-1", NOW);
    assertThat(story.ending(NOW)).isEmpty();
    hear(CYCLES.validated("v-1", "b-2"));

    assertThat(story.ending(NOW)).hasValueSatisfying(end -> assertThat(end.good()).isTrue());
  }

  @Test
  void itIsNotOverWhileTheNewBackupIsReadBack() {
    hear(CYCLES.begun("v-1", CycleKind.REGULAR, "b-1"));
    hear(CYCLES.created("v-1"));
    hear(CYCLES.validated("v-1", "b-2"));
    assertThat(story.ending(NOW)).isEmpty();
    hear(CYCLES.failed("v-1", false));

    assertThat(story.ending(NOW)).hasValueSatisfying(end -> assertThat(end.good()).isFalse());
  }

  @Test
  void recordsMayComeInAnyOrderOfTheirTopics() {
    story.hearOver("v-1", NOW);
    hear(CYCLES.validated("v-1", "b-2"));
    hear(CYCLES.created("v-1"));
    assertThat(told).isEmpty();
    hear(CYCLES.begun("v-1", CycleKind.REGULAR, "b-1"));

    assertThat(told).hasSize(3);
    assertThat(story.ending(NOW)).hasValueSatisfying(end -> assertThat(end.good()).isTrue());
  }

  @Test
  void aCycleThatEndsWithoutAnOutcomeIsGivenAMinute() {
    hear(CYCLES.begun("v-1", CycleKind.FRESH, null));
    story.hearOver("v-1", NOW);
    assertThat(story.ending(NOW.plus(CycleStory.OUTCOME_AFTER_END_MAX))).isEmpty();

    assertThat(story.ending(NOW.plus(CycleStory.OUTCOME_AFTER_END_MAX).plusMillis(1)))
        .hasValueSatisfying(end -> assertThat(end.good()).isFalse());
  }

  /** Between two attempts no server is assigned: that is no end, however long it takes. */
  @Test
  void aCycleThatWaitsForItsNextAttemptIsNotOver() {
    Instant later = NOW.plusSeconds(600);
    hear(CYCLES.begun("v-1", CycleKind.FRESH, null));
    hear(CYCLES.attemptFailed("v-1"));
    story.hearOver("v-1", NOW);
    hear(CYCLES.waiting("attempt 1 failed (CONTENT_DIFFERS), another follows"));

    assertThat(story.ending(later)).isEmpty();
    assertThat(told.getLast())
        .endsWith("waiting: attempt 1 failed (CONTENT_DIFFERS), another follows");
    assertThat(story.standing()).contains("v-1 is at its beginning, after CONTENT_DIFFERS: ");

    hear(CYCLES.assigned("v-1", 2));
    hear(CYCLES.created("v-1"));
    assertThat(story.ending(later)).isEmpty();
    story.hearOver("v-1", NOW);
    assertThat(story.ending(later)).hasValueSatisfying(end -> assertThat(end.good()).isTrue());
  }

  /** The end is said, always: a code, or where to look. */
  @Test
  void whateverEndsItSaysHow() {
    hear(CYCLES.begun("v-1", CycleKind.REGULAR, "b-1"));
    hear(CYCLES.failed("v-1", true));
    assertThat(sentence(NOW))
        .isEqualTo("the cycle failed: CONTENT_DIFFERS (see 'reseed explain CONTENT_DIFFERS')");

    story = story(CycleKind.REGULAR, null);
    hear(CYCLES.begun("v-1", CycleKind.REGULAR, "b-1"));
    hear(CYCLES.failed(null, true));
    story.hearOver("v-1", NOW);
    assertThat(sentence(NOW.plusSeconds(61)))
        .contains("backup b-1 was condemned meanwhile: CONTENT_DIFFERS", "reseed backups --shard");

    story = story(CycleKind.REGULAR, null);
    hear(CYCLES.begun("v-1", CycleKind.REGULAR, "b-1"));
    story.hearOver("v-1", NOW);
    hear(CYCLES.status("another one", BackupStatus.Degree.VALIDATED, null));
    assertThat(sentence(NOW.plusSeconds(61))).contains("cycle v-9 took its place");

    story = story(CycleKind.REGULAR, null);
    hear(CYCLES.begun("v-1", CycleKind.REGULAR, "b-1"));
    story.hearOver("v-1", NOW);
    assertThat(sentence(NOW.plusSeconds(61))).contains("not wanted any longer", "reseed backups");

    story = story(CycleKind.REGULAR, null);
    story.hearGone();
    assertThat(sentence(NOW)).contains("the shard was forgotten");
  }

  private String sentence(Instant at) {
    CycleStory.Ending ending = story.ending(at).orElseThrow();
    assertThat(ending.good()).isFalse();
    return ending.sentence();
  }

  @ParameterizedTest
  @CsvSource({
    "REGULAR,     REGULAR,     true",
    "REGULAR,     FRESH,       true",
    "REGULAR,     EXAMINATION, false",
    "FRESH,       REGULAR,     false",
    "FRESH,       FRESH,       true",
    "EXAMINATION, REGULAR,     false",
    "EXAMINATION, EXAMINATION, true"
  })
  void theCycleThatDoesWhatWasAskedIsFollowed(CycleKind asked, CycleKind begun, boolean followed) {
    story = story(asked, asked == CycleKind.EXAMINATION ? "b-1" : null);
    hear(CYCLES.begun("v-1", begun, begun == CycleKind.FRESH ? null : "b-1"));
    hear(CYCLES.failed("v-1", true));

    assertThat(story.ending(NOW).isPresent()).isEqualTo(followed);
  }

  @Test
  void anExaminationOfAnotherBackupIsNotTheOneThatWasAskedFor() {
    story = story(CycleKind.EXAMINATION, "b-7");
    hear(CYCLES.begun("v-1", CycleKind.EXAMINATION, "b-1"));
    hear(CYCLES.failed(null, true));

    assertThat(told).isEmpty();
    assertThat(story.standing()).isEqualTo("no cycle began for it");
  }

  @Test
  void anExaminationMayEndBeforeAServerIsMade() {
    story = story(CycleKind.EXAMINATION, "b-1");
    hear(CYCLES.failed(null, true));

    assertThat(told).singleElement().asString().contains("b-1 CONDEMNED");
    assertThat(story.ending(NOW)).hasValueSatisfying(end -> assertThat(end.good()).isFalse());
  }

  @Test
  void othersAreNotListenedTo() {
    Cycles other = new Cycles(ShardName.parse("commerce/80-"));
    hear(other.begun("v-1", CycleKind.REGULAR, "b-1"));
    hear(CYCLES.begun("v-2", CycleKind.REGULAR, "b-1"));
    hear(CYCLES.failed("v-3", true));
    hear(other.failed("v-2", true));

    assertThat(told).singleElement().asString().contains("began as v-2");
    assertThat(story.ending(NOW)).isEmpty();
  }

  @Test
  void progressIsToldOfEachStageAndEveryTenSeconds() {
    hear(CYCLES.begun("v-1", CycleKind.REGULAR, "b-1"));
    for (int second = 0; second <= 21; second++) {
      story.hear(CYCLES.progress("v-1", SeedingStage.RESTORE, second), NOW.plusSeconds(second));
    }
    hear(CYCLES.restored("v-1"));
    story.hear(CYCLES.progress("v-1", SeedingStage.CHECK, 3), NOW.plusSeconds(22));

    assertThat(told)
        .satisfiesExactly(
            line -> assertThat(line).contains("REGULAR of b-1 began as v-1: asked for"),
            line -> assertThat(line).endsWith("RESTORE on backup1: 0% (0 B of 100 B)"),
            line -> assertThat(line).endsWith("RESTORE on backup1: 11% (11 B of 100 B)"),
            line -> assertThat(line).endsWith("RESTORE done on backup1, attempt 1, in 8.1 s"),
            line -> assertThat(line).endsWith("CHECK on backup1: 3% (3 B of 100 B)"));
    assertThat(story.standing()).isEqualTo("its cycle v-1 is at CHECK");
  }

  @Test
  void whatItWaitsForIsToldOnceEach() {
    hear(CYCLES.status("no host has room", BackupStatus.Degree.CREATED, null));
    hear(CYCLES.status("no host has room", BackupStatus.Degree.CREATED, null));

    assertThat(told).singleElement().asString().endsWith("waiting: no host has room");
    assertThat(story.standing()).isEqualTo("no cycle began for it: no host has room");
  }

  private CycleStory story(CycleKind kind, @Nullable String backup) {
    return new CycleStory(new BackupRequested(SHARD, "r-1", kind, backup, NOW, "alice"), told::add);
  }

  private void hear(Event event) {
    story.hear(event, NOW);
  }
}
