package io.reseed.validator.cycle;

import static io.reseed.validator.cycle.Story.PRIMARY;
import static io.reseed.validator.cycle.Story.REPLICA_A;
import static io.reseed.validator.cycle.Story.REPLICA_B;
import static io.reseed.validator.cycle.Story.failure;
import static io.reseed.validator.cycle.Story.healthy;
import static io.reseed.validator.cycle.Story.passing;
import static io.reseed.validator.cycle.Story.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.BackupStatus;
import io.reseed.events.ProofAssigned.Goal;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingStage;
import io.reseed.events.ShardStatus.Health;
import io.reseed.events.ShardStatus.Role;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ShardName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CycleMachineTest {

  private static Story seeking() {
    return new Story().seenWhole().listed();
  }

  private static Story making() {
    return seeking().placed("backup-1");
  }

  private static Story snapshotting() {
    return making().lives(SeedingStage.CATCH_UP).caughtUp().checked(SeedingStage.CHECK);
  }

  @Test
  void looksAtTheRepositoryWhenItFirstSeesAShard() {
    Story story = new Story().seenWhole();
    assertThat(story.effects()).singleElement().isInstanceOf(CycleEffect.ListBackups.class);
    story.seenWhole();
    assertThat(story.effects()).isEmpty();
  }

  @Test
  void restsWhenThereIsAUsableBackupAndLooksAgainLater() {
    Story story = new Story().seenWhole().listed("b1");
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    assertThat(story.effects()).isEmpty();
    story.untilTimer();
    assertThat(story.effects()).singleElement().isInstanceOf(CycleEffect.ListBackups.class);
    assertThat(story.status().backups()).hasSize(1);
  }

  @Test
  void beginsACycleWhenTheBackupsWereRemovedElsewhere() {
    Story story = new Story().seenWhole().listed("b1").untilTimer().listed();
    assertThat(story.cycle()).isInstanceOf(Cycle.Seeking.class);
  }

  @Test
  void beginsACycleWhenAllBackupsAreUnhealthy() {
    Story story = new Story().seenWhole();
    story.listed(List.of(Story.backup("b1", BackupStatus.Degree.UNHEALTHY)));
    assertThat(story.cycle()).isInstanceOf(Cycle.Seeking.class);
  }

  @Test
  void clonesFromAHealthyReplicaOntoTheFoundHost() {
    Story story = making();
    assertThat(story.assignment().origin()).isEqualTo(new SeedingOrigin.Donor(REPLICA_A));
    assertThat(story.assignment().source()).isEqualTo(REPLICA_A);
    assertThat(story.assignment().primary()).isEqualTo(PRIMARY);
    assertThat(story.assignment().host()).isEqualTo("backup-1");
    assertThat(story.goal()).isEqualTo(SeedingAssigned.Goal.MAKE);
    assertThat(story.assignment().seeding()).isEqualTo("cycle-commerce_-80-20261121T020000000Z");
  }

  @Test
  void makesABackupFromTheFirstSightToTheTombstone() {
    Story story = snapshotting();
    assertThat(story.goal()).isEqualTo(Goal.SNAPSHOT);
    assertThat(story.status().cycle()).isNotNull();
    story.lives(SeedingStage.SNAPSHOT).created("b1");
    assertThat(story.events(CycleEvent.BackupMade.class)).hasSize(1);
    assertThat(story.goal()).isEqualTo(Goal.READ_BACK);
    assertThat(story.status().backups()).extracting(BackupStatus.Backup::backup).contains("b1");
    assertThat(story.effects()).singleElement().isInstanceOf(CycleEffect.ListBackups.class);
    story.lives(SeedingStage.READ_BACK).checked(SeedingStage.READ_BACK);
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    assertThat(story.degree("b1")).isEqualTo(BackupStatus.Degree.RESTORABLE);
    story.created("b1", "cycle-commerce_-80-20261121T020000000Z", 1);
    assertThat(story.events(CycleEvent.BackupMade.class)).hasSize(1);
  }

  @Test
  void beginsNoSecondCycleByALookThatMissedTheNewBackup() {
    Story story = snapshotting();
    int before = story.state().listing().look();
    story.created("b1").checked(SeedingStage.READ_BACK);
    story.tell(new CycleInput.Listed(before, List.of(), Map.of(), true));
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    assertThat(story.announced()).isEmpty();
    assertThat(story.status().backups()).hasSize(1);
  }

  @Test
  void dropsTheCycleWhenABackupTurnsUpBeforeAnAttempt() {
    Story story = seeking().notPlaced("NO_BACKUP_HOST").afterSeconds(299);
    story.untilTimer().afterSeconds(400).timer().listed("b1");
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
  }

  @Test
  void waitsWithoutAPrimaryAndGoesOnWhenThereIsOne() {
    Story story = new Story().seen(null, healthy(REPLICA_A)).listed();
    assertThat(story.effects()).isEmpty();
    assertThat(story.problem()).isEqualTo("NO_PRIMARY");
    story.seenWhole();
    assertThat(story.effects(CycleEffect.FindPlace.class)).hasSize(1);
  }

  @Test
  void saysWhyThereIsNoHostAndLooksAgainSoon() {
    Story story = seeking().notPlaced("NO_BACKUP_HOST");
    assertThat(story.problem()).isEqualTo("NO_BACKUP_HOST");
    story.afterSeconds(5).timer();
    assertThat(story.effects(CycleEffect.FindPlace.class)).hasSize(1);
    story.placed("backup-1");
    assertThat(story.problem()).isEqualTo("NO_PROVEN_BACKUP");
  }

  @Test
  void waitsForAReplicaBeforeItTakesThePrimary() {
    Story story = new Story().seen(PRIMARY, replica(REPLICA_A, Health.UNREACHABLE)).listed();
    assertThat(story.problem()).isEqualTo("NO_DONOR");
    story.afterSeconds(601).timer();
    assertThat(story.effects(CycleEffect.FindPlace.class))
        .singleElement()
        .satisfies(place -> assertThat(place.token().source()).isEqualTo(PRIMARY));
  }

  @Test
  void neverTakesThePrimaryWhenThatIsForbidden() {
    CyclePolicy.Donor donor = new CyclePolicy.Donor(false, Duration.ZERO);
    CyclePolicy usual = Story.POLICY;
    Story story =
        new Story(
                new CyclePolicy(
                    usual.catalogueInterval(),
                    usual.retryInterval(),
                    usual.progressTimeout(),
                    donor,
                    usual.attempts(),
                    usual.backups()))
            .seen(PRIMARY)
            .listed()
            .afterSeconds(3_600)
            .timer();
    assertThat(story.effects(CycleEffect.FindPlace.class)).isEmpty();
  }

  @Test
  void takesThePrimaryAtOnceOfAShardThatHasNoReplicasByDesign() {
    Story story =
        new Story()
            .tell(
                new CycleInput.ShardSeen(
                    new Topology(
                        Story.SHARD,
                        PRIMARY,
                        0,
                        List.of(new Topology.Server(PRIMARY, Role.PRIMARY, Health.HEALTHY)),
                        false)))
            .listed();
    assertThat(story.effects(CycleEffect.FindPlace.class)).hasSize(1);
  }

  @Test
  void triesAgainWithAnotherDonorAndAvoidsTheHost() {
    Story story = making().failed(SeedingStage.RESTORE, passing());
    assertThat(story.events(CycleEvent.AttemptFailed.class)).hasSize(1);
    assertThat(story.effects()).isEmpty();
    assertThat(story.status().failure()).isNotNull();
    story.afterSeconds(5).timer();
    assertThat(story.effects(CycleEffect.FindPlace.class))
        .singleElement()
        .satisfies(
            place -> {
              assertThat(place.token().attempt()).isEqualTo(2);
              assertThat(place.token().source()).isEqualTo(REPLICA_B);
              assertThat(place.hostsAvoided()).containsExactly("backup-1");
            });
  }

  @Test
  void ignoresResultsOfAttemptsThatWereReplaced() {
    Story story = making().failed(SeedingStage.RESTORE, passing()).afterSeconds(5).timer();
    story.placed("backup-2");
    String seeding = story.assignment().seeding();
    story.caughtUp(seeding, 1).failed(SeedingStage.RESTORE, passing(), 1);
    assertThat(story.cycle()).isInstanceOf(Cycle.Making.class);
    assertThat(story.assignment().attempt()).isEqualTo(2);
  }

  @Test
  void looksAtTheRepositoryWhenAReplacedAttemptMadeABackupAfterAll() {
    Story story = snapshotting();
    String seeding = story.assignment().seeding();
    story.untilTimer().created("b1", seeding, 1);
    assertThat(story.effects(CycleEffect.ListBackups.class)).hasSize(1);
    story.listed("b1");
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
  }

  @Test
  void replacesAnAttemptThatGivesNoSignOfLife() {
    Story story = making().afterSeconds(59).lives(SeedingStage.RESTORE).afterSeconds(59).timer();
    assertThat(story.cycle()).isInstanceOf(Cycle.Making.class);
    story.afterSeconds(1).timer();
    assertThat(story.events(CycleEvent.AttemptFailed.class))
        .singleElement()
        .satisfies(failed -> assertThat(failed.failure().code()).isEqualTo("SEEDING_SILENT"));
  }

  @Test
  void takesLateWordsOfTheCatchUpForNoSignOfLifeOfTheSnapshot() {
    Story story = snapshotting().afterSeconds(59).lives(SeedingStage.CATCH_UP).afterSeconds(1);
    story.timer();
    assertThat(story.cycle()).isInstanceOf(Cycle.Seeking.class);
  }

  @Test
  void givesAnAttemptItsTimeAnewAfterARestart() {
    Story story = making().afterSeconds(300).tell(new CycleInput.Resumed());
    story.afterSeconds(59).timer();
    assertThat(story.cycle()).isInstanceOf(Cycle.Making.class);
  }

  @Test
  void asksAgainAfterARestartForWhatWasOut() {
    Story story = seeking().tell(new CycleInput.Resumed());
    assertThat(story.effects(CycleEffect.FindPlace.class)).hasSize(1);
    assertThat(story.effects(CycleEffect.ListBackups.class)).hasSize(1);
  }

  @Test
  void givesUpAfterTheLastAttemptSaysSoAndBeginsAnotherCycleLater() {
    Story story = making();
    for (int i = 0; i < 2; i++) {
      story.failed(SeedingStage.CATCH_UP, passing()).afterSeconds(20).timer().placed("backup-1");
    }
    story.failed(SeedingStage.CATCH_UP, passing());
    assertThat(story.events(CycleEvent.CycleFailed.class))
        .singleElement()
        .satisfies(
            failed -> {
              assertThat(failed.announcement().backup()).isNull();
              assertThat(failed.announcement().condemned()).isFalse();
              assertThat(failed.announcement().stage()).isEqualTo(SeedingStage.CATCH_UP);
            });
    assertThat(story.problem()).isEqualTo("ATTEMPTS_EXHAUSTED");
    story.listed().afterSeconds(900).timer();
    assertThat(story.cycle()).isInstanceOf(Cycle.Seeking.class);
    assertThat(story.effects(CycleEffect.FindPlace.class))
        .singleElement()
        .satisfies(place -> assertThat(place.token().attempt()).isEqualTo(1));
  }

  @Test
  void doesNotCountAHostThatWasTakenByAnotherShard() {
    Story story = making();
    for (int i = 0; i < 10; i++) {
      story
          .failed(SeedingStage.RESTORE, failure("NO_SLOT", FailureClass.TRANSIENT))
          .afterSeconds(20)
          .timer()
          .placed("backup-1");
    }
    assertThat(story.cycle()).isInstanceOf(Cycle.Making.class);
  }

  @Test
  void stopsTheCycleAtOnceWhenReseedItselfIsWrong() {
    Story story = making().failed(SeedingStage.RESTORE, failure("OOPS", FailureClass.BUG));
    assertThat(story.cycle()).isInstanceOf(Cycle.Exhausted.class);
  }

  @Test
  void tellsTheAttemptOfANewPrimary() {
    Story story = making().seen(null, healthy(REPLICA_A), healthy(REPLICA_B));
    assertThat(story.assignment().primary()).isEqualTo(PRIMARY);
    story.seen(REPLICA_B, healthy(REPLICA_A));
    assertThat(story.assignment().primary()).isEqualTo(REPLICA_B);
    assertThat(story.assignment().source()).isEqualTo(REPLICA_A);
    assertThat(story.assignment().attempt()).isEqualTo(1);
    story.caughtUp().seen(REPLICA_A, healthy(REPLICA_B));
    assertThat(story.assignment().primary()).isEqualTo(REPLICA_A);
    assertThat(story.goal()).isEqualTo(Goal.CHECK);
  }

  @Test
  void replicatesFromThePrimaryWhenTheSourceIsGone() {
    Story story = making().seen(PRIMARY, replica(REPLICA_A, Health.UNREACHABLE));
    assertThat(story.assignment().source()).isEqualTo(PRIMARY);
    assertThat(story.checks().comparable()).isEmpty();
  }

  @Test
  void looksForAnotherDonorWhenTheFirstDiedBeforeTheHostWasFound() {
    Story story = seeking();
    story.seen(PRIMARY, replica(REPLICA_A, Health.UNREACHABLE), healthy(REPLICA_B));
    story.placed("backup-1");
    assertThat(story.effects(CycleEffect.FindPlace.class))
        .singleElement()
        .satisfies(place -> assertThat(place.token().source()).isEqualTo(REPLICA_B));
  }

  @Test
  void beginsNothingWhileTheRepositoryCannotBeRead() {
    Story story = new Story().seenWhole();
    story.tell(
        new CycleInput.ListingFailed(
            story.state().listing().look(), failure("STORE_UNREACHABLE", FailureClass.TRANSIENT)));
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    assertThat(story.problem()).isEqualTo("STORE_UNREACHABLE");
    story.afterSeconds(5).timer();
    assertThat(story.effects(CycleEffect.ListBackups.class)).hasSize(1);
    story.listed();
    assertThat(story.cycle()).isInstanceOf(Cycle.Seeking.class);
  }

  @Test
  void withdrawsTheAttemptOfAShardThatIsNotDeclaredAnyLonger() {
    Story story = making().tell(new CycleInput.ShardGone());
    assertThat(story.events(CycleEvent.AttemptWithdrawn.class)).hasSize(1);
    assertThat(story.state()).isEqualTo(CycleState.EMPTY);
  }

  @Test
  void makesNamesThatFitAlsoForLongShards() {
    String part = "x".repeat(100);
    Plan plan = Plan.begin(new ShardName(part, part), Plan.Aim.FIRST, new Story().now());
    assertThat(plan.seeding()).hasSizeLessThan(150);
  }

  @Test
  void waitsTwiceAsLongAfterEachFailureUpToABound() {
    assertThat(Story.POLICY.backoff(1)).isEqualTo(Duration.ofSeconds(5));
    assertThat(Story.POLICY.backoff(2)).isEqualTo(Duration.ofSeconds(10));
    assertThat(Story.POLICY.backoff(9)).isEqualTo(Duration.ofSeconds(20));
  }
}
