package io.reseed.validator.cycle;

import static io.reseed.validator.cycle.Story.PRIMARY;
import static io.reseed.validator.cycle.Story.REPLICA_A;
import static io.reseed.validator.cycle.Story.REPLICA_B;
import static io.reseed.validator.cycle.Story.healthy;
import static io.reseed.validator.cycle.Story.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupPolicy;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.BackupValidated;
import io.reseed.events.CycleKind;
import io.reseed.events.Evidence;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingStage;
import io.reseed.events.ShardStatus.Health;
import io.reseed.events.StageTime;
import io.reseed.events.check.CheckPlan;
import io.reseed.events.check.CheckResult;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The way of a cycle that begins with a backup, and what is proven on it. */
class RegularCycleTest {

  /** A backup of an hour ago; the next day's cycle looks for its place. */
  static Story seeking() {
    return new Story().seenWhole().listed("b1").after(Duration.ofHours(23)).timer();
  }

  static Story making() {
    return seeking().placed("backup-1");
  }

  static Story checking() {
    return making().restored().caughtUp();
  }

  static Story snapshotting() {
    return checking().checked(SeedingStage.CHECK);
  }

  static Story readingBack() {
    return snapshotting().created("b2");
  }

  @Test
  void restoresTheNewestUsableBackupAndReplicatesFromAReplica() {
    Story story =
        new Story()
            .seenWhole()
            .listed(
                List.of(
                    Story.backup("b3", Degree.UNHEALTHY),
                    Story.backup("b2", Degree.CREATED),
                    Story.backup("b1", Degree.VALIDATED)))
            .after(Duration.ofHours(23))
            .timer()
            .placed("backup-1");
    assertThat(story.assignment().origin()).isEqualTo(new SeedingOrigin.Backup("b2"));
    assertThat(story.assignment().source()).isEqualTo(REPLICA_A);
    assertThat(story.assignment().primary()).isEqualTo(PRIMARY);
    assertThat(story.goal()).isEqualTo(SeedingAssigned.Goal.MAKE);
    assertThat(story.checks()).isEqualTo(new CheckPlan(0, 7, 5, List.of(REPLICA_A)));
    assertThat(story.events(CycleEvent.AttemptAssigned.class))
        .singleElement()
        .satisfies(assigned -> assertThat(assigned.aim().kind()).isEqualTo(CycleKind.REGULAR));
  }

  @Test
  void advancesTheGoalOnlyByTheReportOfTheGoalBefore() {
    Story story = making().created("b2").checked(SeedingStage.CHECK);
    assertThat(story.goal()).isEqualTo(SeedingAssigned.Goal.MAKE);
    story.caughtUp();
    assertThat(story.goal()).isEqualTo(Goal.CHECK);
    story.created("b2").checked(SeedingStage.READ_BACK);
    assertThat(story.goal()).isEqualTo(Goal.CHECK);
    story.checked(SeedingStage.CHECK);
    assertThat(story.goal()).isEqualTo(Goal.SNAPSHOT);
    story.checked(SeedingStage.CHECK).checked(SeedingStage.READ_BACK);
    assertThat(story.goal()).isEqualTo(Goal.SNAPSHOT);
    story.created("b2").created("b2").checked(SeedingStage.CHECK);
    assertThat(story.goal()).isEqualTo(Goal.READ_BACK);
    story.checked(SeedingStage.READ_BACK);
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    assertThat(story.events(CycleEvent.CycleSucceeded.class)).hasSize(1);
  }

  @Test
  void provesThePriorBackupByTheNextOneAndPublishesItOnceTheVerdictStands() {
    Story story = snapshotting().created("b2");
    assertThat(story.degree("b1")).isEqualTo(Degree.VALIDATED);
    assertThat(story.effects(CycleEffect.RecordVerdict.class))
        .singleElement()
        .satisfies(write -> assertThat(write.verdict().backup().backup()).isEqualTo("b1"));
    assertThat(story.validated()).isEmpty();
    story.recorded();
    BackupValidated validated = story.validated().getFirst();
    assertThat(validated.backup()).isEqualTo("b1");
    assertThat(validated.next()).isEqualTo("b2");
    assertThat(validated.createdAt()).isEqualTo(Story.MADE_AT);
    assertThat(validated.seeding()).isEqualTo(story.assignment().seeding());
    Evidence evidence = validated.evidence();
    assertThat(evidence.host()).isEqualTo("backup-1");
    assertThat(evidence.source()).isEqualTo(REPLICA_A);
    assertThat(evidence.bytesRestored()).isEqualTo(1_000);
    assertThat(evidence.transactionsReplayed()).isEqualTo(7);
    assertThat(evidence.checks())
        .extracting(CheckResult::name)
        .containsExactly("gtid-set", "check-table", "pages");
    assertThat(evidence.stages())
        .containsExactly(
            new StageTime(SeedingStage.RESTORE, 20),
            new StageTime(SeedingStage.CATCH_UP, 30),
            new StageTime(SeedingStage.CHECK, 40),
            new StageTime(SeedingStage.SNAPSHOT, 10));
    story.recorded();
    assertThat(story.validated()).hasSize(1);
  }

  @Test
  void takesTheReportOfTheRestoreAlsoAfterThatOfTheCatchUp() {
    Story story = making().caughtUp().restored().restored().checked(SeedingStage.CHECK);
    story.created("b2").recorded();
    Evidence evidence = story.validated().getFirst().evidence();
    assertThat(evidence.bytesRestored()).isEqualTo(1_000);
    assertThat(evidence.checks()).extracting(CheckResult::name).startsWith("gtid-set");
    assertThat(evidence.stages())
        .extracting(StageTime::stage)
        .startsWith(SeedingStage.RESTORE, SeedingStage.CATCH_UP);
  }

  @Test
  void provesTheNewBackupByReadingItBack() {
    Story story = readingBack().recorded().lives(SeedingStage.READ_BACK);
    assertThat(story.degree("b2")).isEqualTo(Degree.CREATED);
    story.checked(SeedingStage.READ_BACK);
    assertThat(story.degree("b2")).isEqualTo(Degree.RESTORABLE);
    PendingVerdicts.Decided verdict =
        story.effects(CycleEffect.RecordVerdict.class).getFirst().verdict();
    assertThat(verdict.degree()).isEqualTo(Degree.RESTORABLE);
    Evidence evidence = Objects.requireNonNull(verdict.evidence());
    assertThat(evidence.source()).isNull();
    assertThat(evidence.bytesRestored()).isEqualTo(1_000);
    assertThat(evidence.checks())
        .extracting(CheckResult::name)
        .containsExactly("pages", "tables-open");
    assertThat(evidence.stages())
        .extracting(StageTime::stage)
        .containsExactly(SeedingStage.SNAPSHOT, SeedingStage.READ_BACK);
    story.recorded();
    assertThat(story.validated()).extracting(BackupValidated::backup).containsExactly("b1");
    assertThat(story.status().proven()).isTrue();
  }

  @Test
  void endsWithTheNewBackupWhereThePolicySwitchesReadBackOff() {
    Story story =
        new Story()
            .declared(new BackupPolicy(null, null, null, false, null, null, null))
            .seenWhole()
            .listed("b1")
            .after(Duration.ofHours(23))
            .timer();
    assertThat(story.effects(CycleEffect.FindPlace.class).getFirst().room().bytes(0))
        .isEqualTo(1_200);
    story.placed("backup-1").restored().caughtUp().checked(SeedingStage.CHECK).created("b2");
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    assertThat(story.degree("b2")).isEqualTo(Degree.CREATED);
    assertThat(story.degree("b1")).isEqualTo(Degree.VALIDATED);
    assertThat(story.state().schedule().rotation()).isEqualTo(1);
  }

  @Test
  void asksForRoomForTheSecondServerOfTheReadBack() {
    CycleEffect.Room room = seeking().effects(CycleEffect.FindPlace.class).getFirst().room();
    assertThat(room.bytes(7)).isEqualTo(2_200);
    CycleEffect.Room ofDonor = new CycleEffect.Room(null, 120);
    assertThat(ofDonor.bytes(2_000)).isEqualTo(2_400);
  }

  @Test
  void recordsAVerdictUntilItStands() {
    Story story = readingBack().notRecorded("STORE_UNREACHABLE");
    assertThat(story.degree("b1")).isEqualTo(Degree.VALIDATED);
    assertThat(story.problem()).isEqualTo("STORE_UNREACHABLE");
    assertThat(story.validated()).isEmpty();
    story.afterSeconds(5).timer();
    assertThat(story.effects(CycleEffect.RecordVerdict.class)).hasSize(1);
    story.tell(new CycleInput.Resumed());
    assertThat(story.effects(CycleEffect.RecordVerdict.class)).hasSize(1);
    story.recorded();
    assertThat(story.validated()).hasSize(1);
    assertThat(story.state().verdicts().waiting()).isEmpty();
  }

  @Test
  void givesAVerdictUpWhoseBackupIsGone() {
    Story story = readingBack().notRecorded("BACKUP_MISSING");
    assertThat(story.state().verdicts().waiting()).isEmpty();
    assertThat(story.status().backups()).extracting(b -> b.backup()).containsExactly("b2");
    story.listed("b2");
    assertThat(story.validated()).isEmpty();
    assertThat(story.announced()).isEmpty();
  }

  @Test
  void recordsOneVerdictAfterTheOtherInTheirOrder() {
    Story story = readingBack().checked(SeedingStage.READ_BACK);
    assertThat(story.effects(CycleEffect.RecordVerdict.class)).isEmpty();
    story.recorded();
    assertThat(story.effects(CycleEffect.RecordVerdict.class))
        .singleElement()
        .satisfies(write -> assertThat(write.verdict().backup().backup()).isEqualTo("b2"));
    // a look that was out may have missed what was recorded
    assertThat(story.effects(CycleEffect.ListBackups.class)).hasSize(1);
  }

  @Test
  void replicatesFromThePrimaryAtOnceWithoutAHealthyReplicaAndComparesNothing() {
    Story story =
        new Story()
            .seen(PRIMARY, replica(REPLICA_A, Health.IMPAIRED))
            .listed("b1")
            .after(Duration.ofHours(23))
            .timer()
            .placed("backup-1");
    assertThat(story.assignment().source()).isEqualTo(PRIMARY);
    assertThat(story.checks().comparable()).isEmpty();
  }

  @Test
  void leavesSparedReplicasAlone() {
    BackupPolicy spared = new BackupPolicy(null, null, null, null, null, null, List.of(REPLICA_A));
    Story story = seeking().placed("backup-1");
    assertThat(story.assignment().source()).isEqualTo(REPLICA_A);
    Story sparing = new Story().declared(spared).seenWhole().listed("b1");
    sparing.after(Duration.ofHours(23)).timer().placed("backup-1");
    assertThat(sparing.assignment().source()).isEqualTo(REPLICA_B);
    Story cloning = new Story().declared(spared).seenWhole().listed().placed("backup-1");
    assertThat(cloning.assignment().origin()).isEqualTo(new SeedingOrigin.Donor(REPLICA_B));
    Story alone = new Story().declared(spared).seen(PRIMARY, healthy(REPLICA_A)).listed();
    assertThat(alone.problem()).isEqualTo("NO_DONOR");
  }

  @Test
  void comparesNothingOnceTheSourceIsThePrimary() {
    Story story = making().seen(REPLICA_A, healthy(REPLICA_B));
    assertThat(story.assignment().source()).isEqualTo(REPLICA_A);
    assertThat(story.assignment().primary()).isEqualTo(REPLICA_A);
    assertThat(story.checks().comparable()).isEmpty();
    Story kept = making().seen(REPLICA_B, healthy(REPLICA_A));
    assertThat(kept.assignment().source()).isEqualTo(REPLICA_A);
    assertThat(kept.checks().comparable()).containsExactly(REPLICA_A);
    kept.caughtUp();
    assertThat(kept.goal()).isEqualTo(Goal.CHECK);
    assertThat(kept.checks()).isEqualTo(new CheckPlan(0, 7, 5, List.of(REPLICA_A)));
    kept.seen(REPLICA_A, healthy(REPLICA_B));
    assertThat(kept.checks().comparable()).isEmpty();
  }

  @Test
  void triesAnotherSourceAndHostAfterAFailure() {
    Story story = making().failed(SeedingStage.CATCH_UP, Story.passing()).afterSeconds(5).timer();
    assertThat(story.effects(CycleEffect.FindPlace.class))
        .singleElement()
        .satisfies(
            place -> {
              assertThat(place.token().source()).isEqualTo(REPLICA_B);
              assertThat(place.hostsAvoided()).containsExactly("backup-1");
              assertThat(place.room().bytesRaw()).isEqualTo(1_000);
            });
    story.placed("backup-2").restored();
    assertThat(story.assignment().origin()).isEqualTo(new SeedingOrigin.Backup("b1"));
  }

  @Test
  void forgetsWhatAnEarlierAttemptFoundOut() {
    Story story = checking().failed(SeedingStage.CHECK, Story.passing()).afterSeconds(5).timer();
    story.placed("backup-2").caughtUp().checked(SeedingStage.CHECK).created("b2").recorded();
    assertThat(story.validated().getFirst().evidence().bytesRestored()).isZero();
    assertThat(story.validated().getFirst().evidence().host()).isEqualTo("backup-2");
  }

  @Test
  void countsHowLongTheStagesTook() {
    Story story = readingBack().checked(SeedingStage.READ_BACK);
    Counters counters = story.state().counters();
    assertThat(counters.stage(SeedingStage.RESTORE)).isEqualTo(new Counters.Stage(1, 20));
    assertThat(counters.stage(SeedingStage.READ_BACK)).isEqualTo(new Counters.Stage(1, 40));
    assertThat(counters.backupsMade()).isEqualTo(1);
    assertThat(counters.validated()).isEqualTo(1);
    assertThat(counters.condemned()).isZero();
  }
}
