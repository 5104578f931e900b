package io.reseed.catchup;

import static io.reseed.catchup.Story.NEW_PRIMARY;
import static io.reseed.catchup.Story.OLD_PRIMARY;
import static io.reseed.catchup.Story.SEEDING;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingPurpose;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.SettingDifference;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CatchUpMachineTest {

  private static Story following() {
    return new Story().assigned(1, OLD_PRIMARY).restored(1).attached(1, OLD_PRIMARY);
  }

  @Test
  void attachesOnceTheServerStands() {
    Story story = new Story().assigned(1, OLD_PRIMARY);
    assertThat(story.effects()).isEmpty();
    story.restored(1);
    assertThat(story.effects()).singleElement().isInstanceOf(CatchUpEffect.Attach.class);
  }

  @Test
  void attachesAlsoWhenTheRestoreIsReadBeforeTheWish() {
    Story story = new Story().restored(1);
    assertThat(story.effects()).isEmpty();
    story.assigned(1, OLD_PRIMARY);
    assertThat(story.effects()).singleElement().isInstanceOf(CatchUpEffect.Attach.class);
  }

  @Test
  void neverAttachesAServerWhoseAttemptIsNotTheAssignedOne() {
    Story story = new Story().assigned(2, OLD_PRIMARY).restored(1);
    assertThat(story.effects()).isEmpty();
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Awaiting.class);
  }

  @Test
  void forgetsARestoreWhoseWishNeverComes() {
    Story story = new Story().restored(1).after(Duration.ofMinutes(61)).timer();
    assertThat(story.state().pursuits()).isEmpty();
  }

  @Test
  void announcesOnceWhenThePinnedSetIsExecutedAndTheLagStaysSmall() {
    Story story = following().sampled(15, 5_000L, null).sampled(20, 100L, null);
    assertThat(story.events(CatchUpEvent.CaughtUp.class)).isEmpty();
    story.sampled(21, 100L, null);
    assertThat(story.events(CatchUpEvent.CaughtUp.class))
        .singleElement()
        .satisfies(
            caughtUp -> {
              assertThat(caughtUp.announcement().gtidSet()).isEqualTo(Story.gtids(21));
              assertThat(caughtUp.announcement().transactionsReplayed()).isEqualTo(11);
              assertThat(caughtUp.announcement().source()).isEqualTo(OLD_PRIMARY);
            });
    story.sampled(22, 100L, null).restored(1).tell(new CatchUpInput.Resumed());
    assertThat(story.events(CatchUpEvent.CaughtUp.class)).hasSize(1);
    assertThat(story.effects()).isEmpty();
  }

  @Test
  void aServerForTheFleetIsComparedWithItsSourceBeforeItIsAnnounced() {
    Story story = replica().sampled(20, 0L, null).sampled(20, 0L, null);
    assertThat(story.events(CatchUpEvent.CaughtUp.class)).isEmpty();
    assertThat(story.effects()).singleElement().isInstanceOf(CatchUpEffect.Compare.class);
    SettingDifference harmless = new SettingDifference("max_connections", "151", "700");
    story.compared(harmless);
    assertThat(story.events(CatchUpEvent.CaughtUp.class))
        .singleElement()
        .satisfies(
            caughtUp ->
                assertThat(caughtUp.announcement().differences()).containsExactly(harmless));
  }

  @Test
  void aDifferenceThatBlocksHoldsTheHandOverForAsLongAsItIsThere() {
    Story story = replica().sampled(20, 0L, null);
    for (int i = 0; i < 100; i++) {
      story
          .after(Duration.ofSeconds(2))
          .sampled(20, 0L, null)
          .compared(new SettingDifference("sql_mode", "STRICT_TRANS_TABLES", ""));
    }
    assertThat(story.events(CatchUpEvent.CaughtUp.class)).isEmpty();
    assertThat(story.events(CatchUpEvent.GivenUp.class)).isEmpty();
    assertThat(story.events(CatchUpEvent.HandOverBlocked.class).getLast().failure())
        .satisfies(
            failure -> {
              assertThat(failure.code()).isEqualTo("SETTINGS_DIFFER");
              assertThat(failure.message())
                  .contains("sql_mode is STRICT_TRANS_TABLES, nothing at the source");
            });
    story.sampled(20, 0L, null).compared();
    assertThat(story.events(CatchUpEvent.CaughtUp.class)).hasSize(1);
  }

  private static Story replica() {
    return new Story()
        .assigned(1, OLD_PRIMARY, Goal.MAKE, SeedingPurpose.REPLICA)
        .restored(1)
        .attached(1, OLD_PRIMARY);
  }

  @Test
  void isNotCaughtUpWhileTransactionsOfThePinnedSetAreMissing() {
    Story story = following();
    for (int i = 0; i < 5; i++) {
      story.sampled(19, 0L, null);
    }
    assertThat(story.events(CatchUpEvent.CaughtUp.class)).isEmpty();
  }

  @Test
  void isNotCaughtUpWhileReplicationComplains() {
    Story story = following();
    for (int i = 0; i < 5; i++) {
      story.sampled(20 + i, null, Story.failure(FailureClass.TRANSIENT)).sampled(20 + i, 0L, null);
      story.sampled(20 + i, 0L, Story.failure(FailureClass.TRANSIENT));
    }
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Following.class);
  }

  @Test
  void followsThePrimaryWhenItChangesDuringTheCatchUp() {
    Story story = following().sampled(15, 0L, null).assigned(1, NEW_PRIMARY);
    assertThat(story.effects())
        .singleElement()
        .satisfies(effect -> assertThat(effect.assignment().source()).isEqualTo(NEW_PRIMARY));
    // a look at the replication from the old primary proves nothing any more
    story.sampled(20, 0L, null).sampled(20, 0L, null).sampled(20, 0L, null);
    assertThat(story.events(CatchUpEvent.CaughtUp.class)).isEmpty();
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Attaching.class);
  }

  @Test
  void doesNotDisturbAServerWhenTheSameWishIsReadAgain() {
    Story story = following().assigned(1, OLD_PRIMARY);
    assertThat(story.effects()).isEmpty();
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Following.class);
  }

  @Test
  void failsAtOnceWhenTheBackupDoesNotFit() {
    Story story = new Story().assigned(1, OLD_PRIMARY).restored(1);
    story.tell(
        new CatchUpInput.AttachRefused(
            Story.token(1, OLD_PRIMARY), Story.failure(FailureClass.BAD_BACKUP), true));
    assertThat(story.events(CatchUpEvent.GivenUp.class))
        .singleElement()
        .satisfies(
            gaveUp -> {
              assertThat(gaveUp.announcement().failure().code()).isEqualTo("SOME_CODE");
              assertThat(gaveUp.announcement().backup()).isEqualTo("backup-1");
            });
  }

  @Test
  void failsAtOnceOnAnApplierErrorThatNoRetryMends() {
    Story story = following().sampled(12, null, Story.failure(FailureClass.BAD_BACKUP));
    assertThat(story.events(CatchUpEvent.GivenUp.class)).hasSize(1);
  }

  @Test
  void whatAServerSaidBeforeItFellSilentIsTold() {
    Story story = following();
    CatchUpInput.Token token = Story.token(1, OLD_PRIMARY);
    Failure full = Story.failure(FailureClass.OPERATOR_MUST_ACT);
    story.after(Duration.ofSeconds(5)).tell(new CatchUpInput.SampleMissed(token, full));
    story
        .after(Duration.ofSeconds(6))
        .tell(new CatchUpInput.SampleMissed(token, Story.failure(FailureClass.TRANSIENT)));
    assertThat(story.events(CatchUpEvent.GivenUp.class))
        .singleElement()
        .satisfies(gaveUp -> assertThat(gaveUp.announcement().failure()).isEqualTo(full));
  }

  @Test
  void triesAnUnreachableSourceAgainWithinItsBudget() {
    Story story = new Story().assigned(1, OLD_PRIMARY).restored(1);
    CatchUpInput refused =
        new CatchUpInput.AttachRefused(
            Story.token(1, OLD_PRIMARY), Story.failure(FailureClass.TRANSIENT), false);
    for (int seconds = 0; seconds < 60; seconds += 2) {
      story.tell(refused);
      assertThat(story.effects()).isEmpty();
      story.after(Duration.ofSeconds(2)).timer();
      assertThat(story.effects()).hasSize(1);
    }
    story.tell(refused);
    assertThat(story.events(CatchUpEvent.GivenUp.class)).hasSize(1);
  }

  @Test
  void aTransientErrorIsForgottenWithTheNextProgress() {
    Story story =
        following()
            .sampled(12, null, Story.failure(FailureClass.TRANSIENT))
            .after(Duration.ofSeconds(59))
            .sampled(13, 0L, null)
            .after(Duration.ofSeconds(59))
            .sampled(14, 0L, null);
    assertThat(story.events(CatchUpEvent.GivenUp.class)).isEmpty();
  }

  @Test
  void attachesAgainOnceWhenItStandsStillAndThenFailsWithTheReplicationError() {
    Story story = following().sampled(12, null, Story.failure(FailureClass.TRANSIENT));
    story.after(Duration.ofSeconds(31)).sampled(12, null, Story.failure(FailureClass.TRANSIENT));
    assertThat(story.effects()).singleElement().isInstanceOf(CatchUpEffect.Attach.class);
    story.tell(
        new CatchUpInput.Attached(Story.token(1, OLD_PRIMARY), Story.gtids(20), Story.gtids(12)));
    story.after(Duration.ofSeconds(5)).sampled(12, null, Story.failure(FailureClass.TRANSIENT));
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Following.class);
    story.after(Duration.ofSeconds(25)).sampled(12, null, Story.failure(FailureClass.TRANSIENT));
    assertThat(story.events(CatchUpEvent.GivenUp.class)).hasSize(1);
  }

  @Test
  void standingStillWithoutAnErrorIsAFailureOfItsOwn() {
    Story story = following().sampled(12, 0L, null);
    story.after(Duration.ofSeconds(61)).sampled(12, 0L, null);
    assertThat(story.events(CatchUpEvent.GivenUp.class))
        .singleElement()
        .satisfies(
            gaveUp ->
                assertThat(gaveUp.announcement().failure().code()).isEqualTo("CATCH_UP_STALLED"));
  }

  @Test
  void aServerThatDoesNotAnswerFailsTheAttempt() {
    Story story = following();
    CatchUpInput missed =
        new CatchUpInput.SampleMissed(
            Story.token(1, OLD_PRIMARY), Story.failure(FailureClass.TRANSIENT));
    story.after(Duration.ofSeconds(5)).tell(missed);
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Following.class);
    story.after(Duration.ofSeconds(6)).tell(missed);
    assertThat(story.events(CatchUpEvent.GivenUp.class)).hasSize(1);
  }

  @Test
  void looksAtTheServerOnceAnInterval() {
    Story story = following().timer();
    assertThat(story.effects()).singleElement().isInstanceOf(CatchUpEffect.Sample.class);
    story.timer();
    assertThat(story.effects()).isEmpty();
    story.sampled(12, 0L, null).timer();
    assertThat(story.effects()).isEmpty();
    story.after(Duration.ofSeconds(1)).timer();
    assertThat(story.effects()).hasSize(1);
  }

  @Test
  void effectsThatARestartLostGoOutAgain() {
    Story attaching = new Story().assigned(1, OLD_PRIMARY).restored(1);
    attaching.tell(new CatchUpInput.Resumed());
    assertThat(attaching.effects()).singleElement().isInstanceOf(CatchUpEffect.Attach.class);
    Story following = following().timer().tell(new CatchUpInput.Resumed());
    assertThat(following.effects()).singleElement().isInstanceOf(CatchUpEffect.Sample.class);
  }

  @Test
  void aNewAttemptBeginsAnewAndOldAnswersAreIgnored() {
    Story story = following().assigned(2, OLD_PRIMARY);
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Awaiting.class);
    story.sampled(20, 0L, null).restored(1).assigned(1, OLD_PRIMARY);
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Awaiting.class);
    assertThat(story.pursuit().attempt()).isEqualTo(2);
  }

  @Test
  void followsThePrimaryAlsoBetweenTheAnnouncementAndTheHandOver() {
    Story story = following().sampled(20, 0L, null).sampled(20, 0L, null);
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Announced.class);
    story.assigned(1, OLD_PRIMARY);
    assertThat(story.effects()).isEmpty();
    story.assigned(1, NEW_PRIMARY);
    assertThat(story.effects())
        .singleElement()
        .satisfies(effect -> assertThat(effect.assignment().source()).isEqualTo(NEW_PRIMARY));
  }

  @Test
  void aServerHandedOverIsLeftAlone() {
    Story story =
        following().sampled(20, 0L, null).sampled(20, 0L, null).assigned(1, OLD_PRIMARY, Goal.KEEP);
    assertThat(story.effects()).isEmpty();
    story.tell(new CatchUpInput.Withdrawn(SEEDING));
    assertThat(story.state().pursuits()).isEmpty();
  }

  @Test
  void doesNotWaitForASourceThatCannotServeThisAttempt() {
    Story story = new Story().assigned(1, OLD_PRIMARY).restored(1);
    story.tell(
        new CatchUpInput.AttachRefused(
            Story.token(1, OLD_PRIMARY), Story.failure(FailureClass.TRANSIENT), true));
    assertThat(story.events(CatchUpEvent.GivenUp.class)).hasSize(1);
  }

  @Test
  void followsAChangedSourceWhileTheServerIsChecked() {
    Story story =
        following()
            .sampled(20, 0L, null)
            .sampled(20, 0L, null)
            .assigned(1, OLD_PRIMARY, Goal.REPLICATE);
    assertThat(story.effects()).isEmpty();
    story.assigned(1, NEW_PRIMARY, Goal.REPLICATE);
    assertThat(story.effects())
        .singleElement()
        .satisfies(effect -> assertThat(effect.assignment().source()).isEqualTo(NEW_PRIMARY));
    story.attached(1, NEW_PRIMARY);
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Following.class);
  }

  @Test
  void letsGoOfAServerThatIsHeldAlsoWhileItFollowsAChangedSource() {
    Story story =
        following()
            .sampled(20, 0L, null)
            .sampled(20, 0L, null)
            .assigned(1, NEW_PRIMARY, Goal.REPLICATE)
            .attached(1, NEW_PRIMARY);
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Following.class);
    story.assigned(1, NEW_PRIMARY, Goal.HOLD);
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Announced.class);
    story.after(Duration.ofMinutes(30)).timer().assigned(1, OLD_PRIMARY, Goal.HOLD);
    assertThat(story.effects()).isEmpty();
    assertThat(story.events(CatchUpEvent.GivenUp.class)).isEmpty();
  }

  @Test
  void aNewGoalAloneDisturbsNoAttachedServer() {
    Story story = following().assigned(1, OLD_PRIMARY, Goal.REPLICATE);
    assertThat(story.effects()).isEmpty();
    assertThat(story.pursuit()).isInstanceOf(Pursuit.Following.class);
    assertThat(story.sampled(20, 0L, null).sampled(20, 0L, null).pursuit())
        .isInstanceOf(Pursuit.Announced.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Goal.class,
      names = {"HOLD", "KEEP"})
  void neverTouchesAServerThatIsHeldOrHandedOver(Goal goal) {
    List<Story> stories =
        List.of(
            new Story().restored(1),
            new Story().assigned(1, OLD_PRIMARY),
            new Story().assigned(1, OLD_PRIMARY).restored(1),
            following(),
            following().sampled(20, 0L, null).sampled(20, 0L, null));
    for (Story story : stories) {
      story.assigned(1, NEW_PRIMARY, goal);
      assertThat(story.pursuit()).isInstanceOf(Pursuit.Announced.class);
      assertThat(story.effects()).isEmpty();
      story.restored(1).assigned(1, OLD_PRIMARY, goal).after(Duration.ofMinutes(5)).timer();
      story.tell(new CatchUpInput.Resumed());
      assertThat(story.effects()).isEmpty();
      assertThat(story.events(CatchUpEvent.GivenUp.class)).isEmpty();
    }
  }
}
