package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.ShardStatus.Condition;
import io.reseed.events.ShardStatus.Health;
import io.reseed.events.ShardStatus.Role;
import io.reseed.failover.machine.FailoverEvent.ClaimIgnored;
import io.reseed.failover.machine.FailoverEvent.PrimaryFoundDead;
import io.reseed.failover.machine.FailoverEvent.PrimaryLost;
import io.reseed.failover.machine.FailoverEvent.PrimaryVerified;
import io.reseed.failover.machine.FailoverEvent.SeedingBegun;
import io.reseed.failover.machine.FailoverEvent.StatusPublished;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrimaryFailoverTest {

  @Test
  void aFailoverThatAPublisherReportsIsRepairedAtOnce() {
    Story story = Story.wholeShard();
    story.world.kill("a").promote("b", "c");

    story.claim("a", "b").settle();

    assertThat(story.primary()).contains(World.at("b"));
    assertThat(story.making()).hasSize(1);
    assertThat(story.condition()).isEqualTo(Condition.REPAIRING);
    assertThat(story.shard().membership().servers()).isEqualTo(World.at("b", "c"));
    assertThat(story.decided(PrimaryFoundDead.class)).isEmpty();
  }

  @Test
  void duplicatesFromSeveralPublishersBeginOneSeedingOnly() {
    Story story = Story.wholeShard();
    story.world.kill("a").promote("b", "c");

    story.claim("a", null).claim("a", "b").claim("a", "b").settle().claim("a", "b").settle();
    story.claim("a", "b").settle().seconds(10);

    assertThat(story.decided(SeedingBegun.class)).hasSize(1);
    assertThat(story.decided(PrimaryVerified.class).filter(v -> v.retires() != null)).hasSize(1);
  }

  @Test
  void theDetectorFindsADeadPrimaryByBothSignsAndSaysSo() {
    Story story = Story.wholeShard();
    story.world.kill("a");

    story.seconds(4);
    assertThat(story.decided(PrimaryFoundDead.class)).isEmpty();
    story.seconds(4);

    assertThat(story.decided(PrimaryFoundDead.class))
        .singleElement()
        .satisfies(
            dead -> {
              assertThat(dead.incident().failed()).isEqualTo(World.at("a"));
              assertThat(dead.incident().named()).isEmpty();
              assertThat(dead.incident().publisher()).isEqualTo("failover-detector");
            });
    assertThat(story.condition()).isEqualTo(Condition.NO_PRIMARY);
    assertThat(story.code()).isEqualTo("PROMOTION_AWAITED");
    story.seconds(60);
    assertThat(story.decided(PrimaryFoundDead.class)).hasSize(1);
    assertThat(story.decided(SeedingBegun.class)).isEmpty();
  }

  @Test
  void aPrimaryFromWhichAReplicaReceivesIsNotDeadHoweverOftenItDoesNotAnswer() {
    Story story = Story.wholeShard();
    story.observations(snapshot -> Story.cutOffFrom(World.at("a"), snapshot));

    assertThat(story.decided(PrimaryFoundDead.class)).isEmpty();
    assertThat(story.primary()).contains(World.at("a"));
    assertThat(story.condition()).isEqualTo(Condition.NO_PRIMARY);
    assertThat(story.code()).isEqualTo("PRIMARY_SILENT");
    story.seconds(2);
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
  }

  @Test
  void whenNobodyAnswersTheDetectorHoldsItselfForCutOff() {
    Story story = Story.wholeShard();
    story.world.kill("a").kill("b").kill("c");

    story.seconds(20);

    assertThat(story.decided(PrimaryFoundDead.class)).isEmpty();
    assertThat(story.code()).isEqualTo("PRIMARY_SILENT");
  }

  @Test
  void aServerThatAnswersSomethingIsNotHeldForDead() {
    Story story = Story.wholeShard();
    story.world.kill("a").server("a").listens = true;

    story.seconds(20);

    assertThat(story.decided(PrimaryFoundDead.class)).isEmpty();
    assertThat(story.primary()).contains(World.at("a"));
  }

  @Test
  void theSuccessorIsFoundWithoutBeingNamedWhenAMemberFollowsIt() {
    Story story = Story.wholeShard();
    story.world.kill("a");
    story.claim("a", null).settle();
    assertThat(story.code()).isEqualTo("PROMOTION_AWAITED");

    story.world.promote("c", "b");
    story.seconds(2);

    assertThat(story.primary()).contains(World.at("c"));
    assertThat(story.making()).hasSize(1);
  }

  @Test
  void aPromotedServerThatIsReadOnlyIsNotAcceptedUntilItIsWritable() {
    Story story = Story.wholeShard();
    story.world.kill("a");

    story.claim("a", "b").settle();
    assertThat(story.condition()).isEqualTo(Condition.NO_PRIMARY);
    assertThat(story.code()).isEqualTo("PROMOTED_READ_ONLY");
    assertThat(story.decided(SeedingBegun.class)).isEmpty();

    story.world.promote("b", "c");
    story.seconds(2);
    assertThat(story.primary()).contains(World.at("b"));
  }

  @Test
  void aPromotedServerThatDoesNotAnswerIsNotAccepted() {
    Story story = Story.wholeShard();
    story.world.kill("a").kill("b");

    story.claim("a", "b").settle();

    assertThat(story.code()).isEqualTo("PROMOTED_UNREACHABLE");
    assertThat(story.decided(SeedingBegun.class)).isEmpty();
  }

  @Test
  void aPromotedServerThatLacksAMembersTransactionsIsNotAccepted() {
    Story story = Story.wholeShard();
    story.world.server("c").executed.add(17);
    story.world.kill("a").primary("b");

    story.claim("a", "b").settle();

    assertThat(story.code()).isEqualTo("PROMOTED_LACKS_TRANSACTIONS");
    assertThat(story.status().headline()).contains("[17] of " + World.at("c"));
    story.world.server("b").executed.add(17);
    story.seconds(2);
    assertThat(story.primary()).contains(World.at("b"));
  }

  @Test
  void aFalseAlarmAboutAPrimaryThatServesChangesNothingAndIsForgotten() {
    Story story = Story.wholeShard();

    story.claim("a", "b").settle();

    assertThat(story.primary()).contains(World.at("a"));
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
    story.pass(Duration.ofMinutes(2));
    assertThat(story.shard().leadership().unsettledClaim()).isEmpty();
    assertThat(story.decided(PrimaryLost.class)).isEmpty();
  }

  @Test
  void twoServersThatAcceptWritesAreNobodysPrimary() {
    Story story = Story.wholeShard();
    story.world.promote("b", "c");

    story.claim("a", "b").settle();

    assertThat(story.condition()).isEqualTo(Condition.NO_PRIMARY);
    assertThat(story.code()).isEqualTo("TWO_PRIMARIES");
    story.world.kill("a");
    story.seconds(2);
    assertThat(story.primary()).contains(World.at("b"));
  }

  @Test
  void aFailedPrimaryThatComesBackWritableIsFlaggedAndOtherwiseLeftAlone() {
    Story story = Story.repairing();
    story.world.server("a").up = true;

    story.seconds(2);

    assertThat(story.primary()).contains(World.at("b"));
    assertThat(story.code()).isEqualTo("TWO_PRIMARIES");
    assertThat(story.condition()).isEqualTo(Condition.REPAIRING);
    assertThat(story.shard().membership().contains(World.at("a"))).isFalse();
  }

  @Test
  void aFailedPrimaryThatComesBackAsReplicaIsAMemberAgain() {
    Story story = Story.repairing();
    story.world.server("a").up = true;
    story.world.replica("a", "b");

    story.seconds(2);

    assertThat(story.shard().membership().contains(World.at("a"))).isTrue();
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
  }

  @Test
  void aPrimaryThatIsRestartedBeforeAnybodyTookItsPlaceLeadsAgain() {
    Story story = Story.wholeShard();
    story.world.kill("a");
    story.seconds(10);
    assertThat(story.condition()).isEqualTo(Condition.NO_PRIMARY);

    story.world.server("a").up = true;
    story.seconds(2);

    assertThat(story.primary()).contains(World.at("a"));
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
    assertThat(story.decided(SeedingBegun.class)).isEmpty();
  }

  @Test
  void aPlannedSwitchoverIsFollowedWithoutAnyEvent() {
    Story story = Story.wholeShard();
    story.world.promote("b", "a", "c");

    story.seconds(4);

    assertThat(story.primary()).contains(World.at("b"));
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
    assertThat(story.decided(SeedingBegun.class)).isEmpty();
  }

  @Test
  void anIncidentOfAnotherShardIsIgnored() {
    Story story = Story.wholeShard();
    story.world.primary("q");

    story.claim("z", "q").settle().seconds(10);

    assertThat(story.decided(ClaimIgnored.class)).singleElement().isNotNull();
    assertThat(story.primary()).contains(World.at("a"));
    assertThat(story.shard().membership().contains(World.at("q"))).isFalse();
  }

  @Test
  void anOldIncidentIsIgnored() {
    Story story = Story.repairing();
    String seeding = story.onlySeeding();

    story.claim("a", "b").settle().claim("c", "a").settle().seconds(6);

    assertThat(story.decided(ClaimIgnored.class)).hasSize(2);
    assertThat(story.primary()).contains(World.at("b"));
    assertThat(story.onlySeeding()).isEqualTo(seeding);
  }

  @Test
  void aSuccessorThatDiesAsWellIsSucceededByTheNextOneNamed() {
    Story story = Story.wholeShard();
    story.world.kill("a").kill("b");
    story.claim("a", "b").settle();

    story.world.primary("c");
    story.claim("b", "c").settle();

    assertThat(story.primary()).contains(World.at("c"));
    story.seconds(40);
    assertThat(story.making()).hasSize(2);
  }

  @Test
  void aShardThatNobodyDeclaredIsRememberedAndHandledOnceItIsDeclared() {
    Story story = new Story();
    story.world.host("x").primary("b").replica("c", "b");

    story.claim("a", "b");
    assertThat(story.condition()).isEqualTo(Condition.UNDECLARED);
    assertThat(story.code()).isEqualTo("SHARD_NOT_DECLARED");
    story.receive(new FailoverInput.Declaration(2, World.at("b", "c"))).settle();

    assertThat(story.primary()).contains(World.at("b"));
    assertThat(story.making()).hasSize(1);
  }

  @Test
  void anIncidentOfForeignServersDoesNotSurviveTheDeclaration() {
    Story story = new Story();
    story.world.primary("a").replica("b", "a").primary("q");

    story.claim("z", "q").receive(new FailoverInput.Declaration(1, World.at("a", "b"))).settle();

    assertThat(story.primary()).contains(World.at("a"));
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
  }

  @Test
  void anUndeclaredShardIsForgottenInTheEnd() {
    Story story = new Story();
    story.claim("a", "b").claim("z", null).claim("z", "y").claim("z", "y");

    story.pass(Duration.ofDays(8));

    assertThat(story.state).isEqualTo(new FailoverState.Unknown(World.SHARD));
  }

  /** It may have been a slip of somebody's pen. */
  @Test
  void anUndeclaredShardIsGoneAtOnceWhenItIsForgotten() {
    Story story = new Story().claim("a", "b").receive(new FailoverInput.Withdrawal());

    assertThat(story.state).isEqualTo(new FailoverState.Unknown(World.SHARD));
  }

  @Test
  void thePrimaryIsFoundThroughADeclaredReplica() {
    Story story = new Story();
    story.world.primary("a").replica("b", "a").replica("c", "a");

    story.receive(new FailoverInput.Declaration(2, List.of(World.at("c")))).settle().seconds(2);

    assertThat(story.primary()).contains(World.at("a"));
    assertThat(story.shard().membership().servers()).isEqualTo(World.at("a", "b", "c"));
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
    assertThat(story.status().members())
        .extracting(member -> member.role() + " " + member.health())
        .containsExactly(
            Role.PRIMARY + " " + Health.HEALTHY,
            Role.REPLICA + " " + Health.HEALTHY,
            Role.REPLICA + " " + Health.HEALTHY);
  }

  @Test
  void aDeclaredShardWithoutAWritableServerSaysSo() {
    Story story = new Story();

    story.receive(new FailoverInput.Declaration(1, World.at("a", "b"))).settle();

    assertThat(story.condition()).isEqualTo(Condition.NO_PRIMARY);
    assertThat(story.code()).isEqualTo("PRIMARY_NOT_FOUND");
    story.claim("a", "b").settle();
    assertThat(story.code()).isEqualTo("PROMOTED_UNREACHABLE");
  }

  @Test
  void aStatusIsPublishedWhenItChangesAndOtherwiseOnlyNowAndThen() {
    Story story = Story.wholeShard();
    long before = story.decided(StatusPublished.class).count();

    story.pass(Duration.ofMinutes(10));

    assertThat(story.decided(StatusPublished.class).count() - before).isBetween(9L, 11L);
  }

  @Test
  void aHintWhileALookIsUnderWayIsFollowedByAnotherLook() {
    Story story = Story.wholeShard();
    story.now = story.now.plusSeconds(2);
    story.receive(new FailoverInput.TimerFired());
    FailoverInput old = story.world.answer(story.effects.removeFirst());
    story.world.kill("a").promote("b", "c");

    story.claim("a", "b").receive(old).settle();

    assertThat(story.primary()).contains(World.at("b"));
  }

  @Test
  void aFailedOrStaleLookConcludesNothing() {
    Story story = Story.wholeShard();
    FailoverState before = story.state;

    story.receive(new FailoverInput.ObservationFailed(999, Story.UNKNOWN));
    story.receive(new FailoverInput.Observed(999, ShardSnapshot.of(List.of(), java.util.Set.of())));
    assertThat(story.state).isEqualTo(before);

    story.now = story.now.plusSeconds(2);
    story.receive(new FailoverInput.TimerFired());
    FailoverEffect.Observe observe = (FailoverEffect.Observe) story.effects.removeFirst();
    story.receive(new FailoverInput.ObservationFailed(observe.ticket(), Story.UNKNOWN)).settle();
    assertThat(story.condition()).isEqualTo(Condition.WHOLE);
  }
}
