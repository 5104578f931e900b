package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupStatus;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.CycleKind;
import io.reseed.events.Evidence;
import io.reseed.events.SeedingStage;
import io.reseed.events.check.CheckResult;
import io.reseed.events.check.Unproven;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.Publication;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CycleStatusTest {

  @Test
  void saysLoudlyThatNoBackupIsProvenAndWhatIsDoneAboutIt() {
    BackupStatus status = new Story().seenWhole().listed("b1").status();
    Failure failure = Objects.requireNonNull(status.failure());
    assertThat(status.proven()).isFalse();
    assertThat(failure.code()).isEqualTo("NO_PROVEN_BACKUP");
    assertThat(failure.failureClass()).isEqualTo(FailureClass.OPERATOR_MUST_ACT);
    assertThat(failure.message()).contains("commerce/-80", "next cycle is due at");
    assertThat(failure.hint()).contains("reseed backup");
    assertThat(status.headline()).startsWith("NO PROVEN BACKUP.");
  }

  @Test
  void whatStandsInTheWayGoesBeforeThatNothingIsProven() {
    Story story = new Story().seenWhole().listed().notPlaced("NO_BACKUP_HOST");
    assertThat(story.problem()).isEqualTo("NO_BACKUP_HOST");
    assertThat(story.status().headline()).startsWith("NO PROVEN BACKUP.").contains("NO_BACKUP");
    assertThat(CycleStatus.blockingReason(story.state())).isPresent();
    assertThat(CycleStatus.blockingReason(new Story().seenWhole().listed("b1").state())).isEmpty();
  }

  @Test
  void saysNothingOfProofBeforeTheRepositoryWasRead() {
    Story story = new Story().seenWhole();
    assertThat(story.status().failure()).isNull();
    assertThat(story.status().proven()).isFalse();
  }

  @Test
  void hasNoComplaintOnceABackupIsProven() {
    Story story = new Story().seenWhole();
    story.listed(List.of(Story.backup("b2", Degree.CREATED), Story.backup("b1", Degree.VALIDATED)));
    assertThat(story.status().failure()).isNull();
    assertThat(story.status().proven()).isTrue();
    assertThat(story.status().headline()).contains("CREATED", "next cycle");
  }

  @Test
  void tellsTheCycleInFlight() {
    BackupStatus.Cycle cycle = Objects.requireNonNull(RegularCycleTest.checking().status().cycle());
    assertThat(cycle.kind()).isEqualTo(CycleKind.REGULAR);
    assertThat(cycle.backup()).isEqualTo("b1");
    assertThat(cycle.stage()).isEqualTo(SeedingStage.CHECK);
    assertThat(RegularCycleTest.checking().status().headline()).contains("b1", "backup-1", "CHECK");
  }

  @Test
  void staysFarBelowWhatARecordMayHave() {
    List<CheckResult> checks = new ArrayList<>();
    for (int i = 0; i < Evidence.CHECKS_MAX; i++) {
      String text = "d".repeat(4_000);
      List<Unproven> unproven = Collections.nCopies(i < 8 ? 20 : 0, new Unproven(text, text));
      checks.add(new CheckResult("c".repeat(200), CheckResult.Outcome.HELD, text, i, unproven));
    }
    Evidence most = new Evidence("h", null, 1, 1, Proof.NONE.with(checks).checks(), List.of());
    List<BackupStatus.Backup> backups = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      backups.add(
          new BackupStatus.Backup(
              "b" + i,
              Degree.VALIDATED,
              "g".repeat(3_000),
              1,
              1,
              Story.MADE_AT,
              "n".repeat(500),
              i < 10 ? most : null,
              null,
              null));
    }
    BackupStatus status = new Story().seenWhole().listed(backups, Map.of()).status();
    Publication record =
        new EventTopics("", "validator-service", "v1").publication(status, Story.MADE_AT);
    assertThat(Objects.requireNonNull(record.value()).length).isLessThan(800_000);
  }
}
