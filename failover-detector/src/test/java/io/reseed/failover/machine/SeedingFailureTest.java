package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.ShardStatus.Condition;
import io.reseed.failover.machine.FailoverEvent.AttemptAssigned;
import io.reseed.failover.machine.FailoverEvent.AttemptFailed;
import io.reseed.failover.machine.FailoverEvent.SeedingBegun;
import io.reseed.fleet.FailureClass;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SeedingFailureTest {

  @Test
  void aBadBackupIsLeftOutAndTheNextOneTriedAtOnce() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();

    story.failed(seeding, "PACK_CORRUPT", FailureClass.BAD_BACKUP).seconds(1);
    story.failed(seeding, "PACK_CORRUPT", FailureClass.BAD_BACKUP).seconds(1);

    Seeding third = story.seeding(seeding);
    assertThat(third.attempt()).isEqualTo(3);
    assertThat(third.backupsExcluded()).containsExactly("b3", "b2");
    assertThat(third.hostsExcluded()).isEmpty();
    story.failed(seeding, "PACK_CORRUPT", FailureClass.BAD_BACKUP).seconds(1);
    assertThat(story.condition()).isEqualTo(Condition.BLOCKED);
    assertThat(story.code()).isEqualTo("NO_BACKUP");

    story.world.backups.add("b9");
    story.seconds(10);
    assertThat(story.condition()).isEqualTo(Condition.REPAIRING);
    assertThat(story.seeding(seeding).attempt()).isEqualTo(4);
  }

  @Test
  void aTransientFailureIsTriedElsewhereAfterAPauseAndBlocksInTheEnd() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();
    String first = story.host();

    story.failed(seeding, "NO_SLOT", FailureClass.TRANSIENT);
    assertThat(story.making()).isEmpty();
    assertThat(story.condition()).isEqualTo(Condition.REPAIRING);
    story.seconds(1);
    assertThat(story.host()).isNotEqualTo(first);
    assertThat(story.seeding(seeding).attempt()).isEqualTo(2);

    story.failed(seeding, "NO_SLOT", FailureClass.TRANSIENT).seconds(2);
    story.failed(seeding, "NO_SLOT", FailureClass.TRANSIENT).seconds(60);
    assertThat(story.condition()).isEqualTo(Condition.BLOCKED);
    assertThat(story.code()).isEqualTo("ATTEMPTS_EXHAUSTED");

    story.pass(Duration.ofMinutes(5));
    assertThat(story.seeding(seeding).attempt()).isEqualTo(4);
    assertThat(story.condition()).isEqualTo(Condition.REPAIRING);
  }

  /** An operator who must mend something hears of it while it is tried again, not at the end. */
  @Test
  void whyAnAttemptIsNotTheFirstIsSaidWhileItIsUnderWay() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();
    assertThat(story.status().failure()).isNull();

    story.failed(seeding, "TARGET_FULL", FailureClass.OPERATOR_MUST_ACT).seconds(10);

    assertThat(story.seeding(seeding).attempt()).isEqualTo(2);
    assertThat(story.making()).hasSize(1);
    assertThat(story.condition()).isEqualTo(Condition.REPAIRING);
    assertThat(story.code()).isEqualTo("TARGET_FULL");
    story.restored(seeding).caughtUp(seeding);
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
    assertThat(story.status().failure()).isNull();
  }

  @Test
  void theOnlyHostIsTakenAgainWhenThereIsNoOther() {
    Story story = Story.wholeShard();
    story.world.hosts.remove("y");
    story.world.kill("a").promote("b", "c");
    story.claim("a", "b").settle();

    story.failed(story.onlySeeding(), "MYSQLD_DIED", FailureClass.TRANSIENT).seconds(1);

    assertThat(story.host()).isEqualTo("x");
    assertThat(story.seeding(story.onlySeeding()).attempt()).isEqualTo(2);
  }

  @Test
  void aFailureForAnOperatorBlocksAndIsTriedAgain() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();

    story.failed(seeding, "TARGET_FULL", FailureClass.OPERATOR_MUST_ACT);
    assertThat(story.condition()).isEqualTo(Condition.BLOCKED);
    assertThat(story.code()).isEqualTo("TARGET_FULL");
    story.seconds(5);

    assertThat(story.making()).containsExactly(seeding);
  }

  @Test
  void aBugBlocksForLong() {
    Story story = Story.repairing();

    story.failed(story.onlySeeding(), "INTERNAL", FailureClass.BUG).seconds(200);

    assertThat(story.condition()).isEqualTo(Condition.BLOCKED);
    assertThat(story.making()).isEmpty();
  }

  @Test
  void aSilentAttemptIsReplacedByTheNextOneElsewhere() {
    Story story = Story.repairing();
    String first = story.host();

    story.seconds(62);

    assertThat(story.decided(AttemptFailed.class))
        .extracting(failed -> failed.failure().code())
        .containsExactly("SEEDING_SILENT");
    assertThat(story.host()).isNotEqualTo(first);
  }

  @Test
  void signsOfLifeKeepAnAttempt() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();

    for (int i = 0; i < 200; i++) {
      story.receive(new FailoverInput.ProgressReport(seeding, 1)).settle().seconds(1);
    }
    story.restored(seeding);
    for (int i = 0; i < 200; i++) {
      story.receive(new FailoverInput.ProgressReport(seeding, 1)).settle().seconds(1);
    }

    assertThat(story.seeding(seeding).attempt()).isEqualTo(1);
    assertThat(story.decided(FailoverEvent.AttemptProgressed.class).count()).isBetween(30L, 50L);
  }

  @Test
  void aSilentCatchUpFailsToo() {
    Story story = Story.repairing();

    story.restored(story.onlySeeding()).seconds(62);

    assertThat(story.decided(AttemptFailed.class)).hasSize(1);
  }

  @Test
  void aPlaceFoundWhileThereIsNoPrimaryIsNotUsed() {
    Story story = Story.wholeShard();
    story.world.kill("a").promote("b", "c");
    story.claim("a", "b");
    tellUntil(story, FailoverEffect.FindPlace.class);
    FailoverInput place = story.world.answer(story.effects.removeFirst());
    story.world.kill("b");
    story.claim("b", null).settle();

    story.receive(place).settle();

    assertThat(story.decided(AttemptAssigned.class)).isEmpty();
    story.world.primary("c");
    story.claim("b", "c").settle();
    assertThat(story.making()).isNotEmpty();
  }

  private static void tellUntil(Story story, Class<? extends FailoverEffect> type) {
    while (!type.isInstance(story.effects.getFirst())) {
      story.receive(story.world.answer(story.effects.removeFirst()));
    }
  }

  @Test
  void anAnswerThatNeverComesIsAskedForAgain() {
    Story story = Story.wholeShard();
    story.world.kill("a").promote("b", "c");
    story.claim("a", "b");
    tellUntil(story, FailoverEffect.ChooseBackup.class);
    story.effects.clear();

    story.seconds(25);

    assertThat(story.making()).hasSize(1);
  }

  @Test
  void aPlaceThatNeverComesIsAskedForAgain() {
    Story story = Story.wholeShard();
    story.world.kill("a").promote("b", "c");
    story.claim("a", "b");
    tellUntil(story, FailoverEffect.FindPlace.class);
    story.effects.clear();

    story.seconds(25);

    assertThat(story.making()).hasSize(1);
  }

  @Test
  void aRestartAsksAgainForWhatWasUnderWay() {
    Story story = Story.wholeShard();
    story.world.kill("a").promote("b", "c");
    story.claim("a", "b");
    tellUntil(story, FailoverEffect.ChooseBackup.class);

    story.restart().settle();

    assertThat(story.making()).hasSize(1);
    assertThat(story.decided(SeedingBegun.class)).hasSize(1);
  }
}
