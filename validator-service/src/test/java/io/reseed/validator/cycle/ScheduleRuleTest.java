package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.events.BackupPolicy;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.CycleKind;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.FailureClass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScheduleRuleTest {
  private static final Instant MADE_AT = Story.MADE_AT;

  private static BackupPolicy every(long seconds, long jitterSeconds) {
    return new BackupPolicy(seconds, jitterSeconds, null, null, null, null, null);
  }

  private static BackupPolicy cron(String expression) {
    return new BackupPolicy(null, null, expression, null, null, null, null);
  }

  private static Story resting(@Nullable BackupPolicy policy) {
    return new Story().declared(policy).seenWhole().listed("b1");
  }

  private static @Nullable CycleKind kind(Story story) {
    return story.cycle().current().map(Plan::kind).orElse(null);
  }

  @Test
  void countsFromTheNewestBackupWhileNoCycleEndedYet() {
    Story story = resting(null);
    assertThat(story.status().nextCycleAt()).isEqualTo(MADE_AT.plus(Duration.ofHours(24)));
    story.after(Duration.ofHours(22)).timer();
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    story.after(Duration.ofHours(1)).timer();
    assertThat(kind(story)).isEqualTo(CycleKind.REGULAR);
  }

  @Test
  void countsFromTheEndOfTheLastCycleThatSucceeded() {
    Story story = RegularCycleTest.readingBack().afterSeconds(30).checked(SeedingStage.READ_BACK);
    assertThat(story.status().nextCycleAt()).isEqualTo(story.now().plus(Duration.ofHours(24)));
    assertThat(story.state().schedule().rotation()).isEqualTo(1);
  }

  @Test
  void wakesItselfWhenTheTimeHasCome() {
    Story later = resting(every(3_700, 0));
    assertThat(later.wakeAt()).contains(MADE_AT.plusSeconds(3_700));
    later.untilTimer();
    assertThat(kind(later)).isEqualTo(CycleKind.REGULAR);
  }

  @Test
  void takesAChangedPolicyAtOnce() {
    Story story = resting(null).declared(every(600, 0));
    assertThat(kind(story)).isEqualTo(CycleKind.REGULAR);
    Story slower = resting(null).declared(every(48 * 3_600, 0));
    assertThat(slower.status().nextCycleAt()).isEqualTo(MADE_AT.plus(Duration.ofDays(2)));
    slower.declared(null);
    assertThat(slower.status().nextCycleAt()).isEqualTo(MADE_AT.plus(Duration.ofHours(24)));
  }

  @Test
  void keepsThePolicyOfAShardThatComesBackIntoOurCare() {
    Story story = resting(every(48 * 3_600, 0)).tell(new CycleInput.ShardGone());
    story.seenWhole().listed("b1");
    assertThat(story.status().nextCycleAt()).isEqualTo(MADE_AT.plus(Duration.ofDays(2)));
  }

  @Test
  void followsACronExpressionInUtc() {
    Story story = resting(cron("30 2 * * *"));
    assertThat(story.status().nextCycleAt()).isEqualTo(Instant.parse("2026-11-21T02:30:00Z"));
    story.after(Duration.ofMinutes(29)).timer();
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    story.after(Duration.ofMinutes(1)).timer();
    assertThat(kind(story)).isEqualTo(CycleKind.REGULAR);
  }

  @Test
  void doesAtOnceWhatIsOverdue() {
    assertThat(kind(resting(cron("15 1 * * *")))).isEqualTo(CycleKind.REGULAR);
  }

  @Test
  void spreadsShardsAndCyclesByAJitterWithinItsBoundAndWithoutChance() {
    Set<Instant> times = new HashSet<>();
    List<Instant> again = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Story story = resting(every(7_200, 600));
      Instant at = story.status().nextCycleAt();
      again.add(at);
      assertThat(at).isBetween(MADE_AT.plusSeconds(7_200), MADE_AT.plusSeconds(7_800));
      CycleState next = rotated(story.state(), i);
      times.add(new ScheduleRule(Story.POLICY).nextCycleAt(next).orElseThrow());
    }
    assertThat(new HashSet<>(again)).hasSize(1);
    assertThat(times).hasSizeGreaterThan(15);
  }

  private static CycleState rotated(CycleState state, long rotation) {
    Schedule old = state.schedule();
    return new CycleState(
        state.topology(),
        state.listing(),
        state.cycle(),
        state.counters(),
        state.verdicts(),
        new Schedule(old.declared(), List.of(), List.of(), rotation, null, null, old.fresh()),
        state.suspicions());
  }

  @Test
  void waitsWhileTheRepositoryCannotBeRead() {
    Story blind = resting(null);
    blind.tell(
        new CycleInput.ListingFailed(
            blind.state().listing().look(),
            Story.failure("STORE_UNREACHABLE", FailureClass.TRANSIENT)));
    blind.after(Duration.ofHours(23)).timer();
    assertThat(blind.cycle()).isInstanceOf(Cycle.Idle.class);
    blind.listed("b1");
    assertThat(kind(blind)).isEqualTo(CycleKind.REGULAR);
  }

  @Test
  void waitsForARequiredPrimary() {
    Story story = resting(null).seen(null, Story.healthy(Story.REPLICA_A));
    story.after(Duration.ofHours(23)).timer();
    assertThat(story.problem()).isEqualTo("NO_PRIMARY");
    assertThat(story.cycle()).isInstanceOf(Cycle.Seeking.class);
    story.seenWhole();
    assertThat(story.effects(CycleEffect.FindPlace.class)).hasSize(1);
  }

  @Test
  void looksSoonAgainWhileEnoughCyclesAreInFlightAndDoesNotCountThat() {
    Story story = RegularCycleTest.seeking();
    for (int i = 0; i < 10; i++) {
      story.notPlaced("CYCLES_MAX_REACHED");
      assertThat(story.problem()).isEqualTo("CYCLES_MAX_REACHED");
      story.afterSeconds(5).timer();
      assertThat(story.effects(CycleEffect.FindPlace.class)).hasSize(1);
    }
    assertThat(story.cycle().current().orElseThrow().failures()).isZero();
  }

  @Test
  void makesAFreshBackupWhenNoneFitsThePresentPrimaryButNotMoreOftenThanAllowed() {
    Story story = resting(null).unfit();
    assertThat(kind(story)).isEqualTo(CycleKind.FRESH);
    story.placed("backup-1").caughtUp().checked(SeedingStage.CHECK).created("b2");
    story.checked(SeedingStage.READ_BACK).recorded().listed("b2", "b1");
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    story.afterSeconds(899).timer();
    assertThat(story.cycle()).isInstanceOf(Cycle.Idle.class);
    story.afterSeconds(1).timer();
    assertThat(kind(story)).isEqualTo(CycleKind.FRESH);
  }

  @Test
  void doesNotDropAFreshCycleThatIsToReplaceBackupsThatDoNotFit() {
    Story story = resting(null).unfit().notPlaced("NO_BACKUP_HOST").listed("b1");
    assertThat(kind(story)).isEqualTo(CycleKind.FRESH);
  }

  @Test
  void beginsAnotherWhenTheBackupOfACycleThatIsNotOutYetIsMarkedUnhealthyElsewhere() {
    Story story = RegularCycleTest.seeking().notPlaced("NO_BACKUP_HOST");
    story.tell(new CycleInput.Resumed());
    story.listed(
        List.of(Story.backup("b1", Degree.UNHEALTHY), Story.backup("b0", Degree.VALIDATED)));
    Plan plan = story.cycle().current().orElseThrow();
    assertThat(plan.kind()).isEqualTo(CycleKind.REGULAR);
    assertThat(plan.backup()).isEqualTo("b0");
    assertThat(story.announced()).isEmpty();
  }

  @Test
  void refusesDefaultsThatMakeNoSense() {
    assertThatThrownBy(
            () ->
                new CyclePolicy.Backups(Duration.ZERO, Duration.ZERO, null, true, 7, 7, List.of()))
        .hasMessageContaining("cycle-interval");
    assertThatThrownBy(
            () ->
                new CyclePolicy.Backups(
                    Duration.ofHours(1), Duration.ZERO, null, true, 0, 7, List.of()))
        .hasMessageContaining("table-check-cycles");
  }
}
