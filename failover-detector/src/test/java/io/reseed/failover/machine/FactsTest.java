package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.FailoverFact.ClaimAnswered.Outcome;
import io.reseed.events.FailoverFact.ServerWithdrawn;
import io.reseed.failover.machine.FailoverEvent.ClaimAnswered;
import io.reseed.failover.machine.FailoverEvent.MemberReturned;
import io.reseed.failover.machine.FailoverEvent.MemberWithdrawn;
import io.reseed.failover.machine.FailoverEvent.ReplicaKept;
import io.reseed.fleet.ServerAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the world is told: what became of claims, who is in service and who is not any more. */
class FactsTest {

  private static List<String> answers(Story story) {
    return story
        .decided(ClaimAnswered.class)
        .map(answer -> answer.claim().id() + " " + word(answer))
        .toList();
  }

  private static String word(ClaimAnswered answer) {
    return answer.failure() == null
        ? answer.outcome().toString()
        : answer.outcome() + " " + answer.failure().code();
  }

  @Test
  void aFailoverIsAnsweredByItsSuccessorAndTheFailedOneIsOut() {
    Story story = Story.wholeShard();
    story.world.kill("a").promote("b", "c");

    story.claim("a", "b").settle().seconds(30);

    assertThat(answers(story)).containsExactly("e-0 SUCCEEDED");
    ClaimAnswered answer = story.decided(ClaimAnswered.class).findFirst().orElseThrow();
    assertThat(answer.primary()).isEqualTo(World.at("b"));
    assertThat(answer.event(World.SHARD).incident()).isEqualTo("uid-1");
    assertThat(story.decided(MemberWithdrawn.class))
        .singleElement()
        .satisfies(
            withdrawn -> {
              assertThat(withdrawn.server()).isEqualTo(World.at("a"));
              assertThat(withdrawn.cause()).isEqualTo(ServerWithdrawn.Cause.SUCCEEDED);
              assertThat(withdrawn.primary()).isEqualTo(World.at("b"));
            });
  }

  @Test
  void whoIsWaitedForIsSaidOnceUntilItIsSomebodyElse() {
    Story story = Story.wholeShard();
    story.world.kill("a").kill("b");

    story.claim("a", "b").settle().seconds(20);
    assertThat(answers(story)).containsExactly("e-0 WAITING PROMOTED_UNREACHABLE");
    story.world.server("b").up = true;
    story.seconds(20);
    story.world.promote("b", "c");
    story.seconds(20);

    assertThat(answers(story))
        .containsExactly(
            "e-0 WAITING PROMOTED_UNREACHABLE", "e-0 WAITING PROMOTED_READ_ONLY", "e-0 SUCCEEDED");
  }

  @Test
  void aClaimAboutAPrimaryThatStandsIsAnsweredAtOnceAndRefutedInTheEnd() {
    Story story = Story.wholeShard();

    story.claim("a", null).settle();
    assertThat(answers(story)).containsExactly("e-0 WAITING");
    story.pass(Story.POLICY.claimRetention().plusSeconds(10));

    assertThat(answers(story)).containsExactly("e-0 WAITING", "e-0 REFUTED");
  }

  @Test
  void oneEventHasOneFinalAnswerHoweverOftenItComesAndEachEventHasItsOwn() {
    Story story = Story.wholeShard();
    story.world.kill("a").promote("b", "c");
    FailoverInput.Claim claim = Story.claimed("a", "b", "mine");

    story.receive(claim).receive(claim).settle().receive(claim).settle().restart().settle();
    story.receive(claim).settle();
    assertThat(answers(story)).containsExactly("mine SUCCEEDED");

    // another one about the same failover, late
    story.claim("a", "b").settle();
    assertThat(answers(story)).containsExactly("mine SUCCEEDED", "e-0 SUCCEEDED");
  }

  @Test
  void aSuccessorOtherThanTheNamedOneIsNamed() {
    Story story = Story.wholeShard();
    story.world.kill("a").promote("c", "b");

    story.claim("a", "b").settle().seconds(5);

    ClaimAnswered last = story.decided(ClaimAnswered.class).toList().getLast();
    assertThat(last.outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(last.primary()).isEqualTo(World.at("c"));
    assertThat(last.detail()).contains("host-a:3306", "host-c:3306 is, and not host-b:3306");
  }

  @Test
  void aClaimAboutNoPrimaryIsIgnoredWithTheReason() {
    Story story = Story.wholeShard();

    story.claim("c", null).claim("q", "r").settle();

    assertThat(story.decided(ClaimAnswered.class).map(ClaimAnswered::detail))
        .containsExactly("the server is not the primary", PrimaryWatch.WRONG_SHARD);
    assertThat(answers(story)).containsExactly("e-0 IGNORED", "e-1 IGNORED");
  }

  @Test
  void aClaimAboutAShardThatNobodyDeclaredWaitsForThatAndIsIgnoredInTheEnd() {
    Story story = new Story();
    story.claim("a", "b").settle();
    assertThat(answers(story)).containsExactly("e-0 WAITING SHARD_NOT_DECLARED");

    story.pass(Duration.ofDays(8));
    assertThat(answers(story)).endsWith("e-0 IGNORED");

    Story declared = new Story();
    declared.world.primary("b").replica("c", "b");
    declared.claim("a", "b").claim("q", "r").settle();
    declared.receive(new FailoverInput.Declaration(1, World.at("a", "b", "c"))).settle();
    assertThat(answers(declared)).endsWith("e-1 IGNORED", "e-0 SUCCEEDED");
  }

  @Test
  void theEndOfCareIsAnAnswer() {
    Story story = Story.wholeShard();
    story.world.kill("a");
    story.claim("a", null).settle();

    story.receive(new FailoverInput.Withdrawal());

    assertThat(answers(story)).endsWith("e-0 IGNORED");
  }

  @Test
  void whoCannotLookSaysSo() {
    Story story = Story.wholeShard();
    story.claim("a", null);
    FailoverEffect look = story.effects.removeFirst();
    story.receive(new FailoverInput.ObservationFailed(look.ticket(), Story.UNKNOWN));

    assertThat(answers(story)).containsExactly("e-0 WAITING OBSERVATION_FAILED");
  }

  @Test
  void aFloodOfClaimsIsAnsweredAndForgotten() {
    Story story = Story.wholeShard();
    story.world.kill("a");

    for (int i = 0; i < 100; i++) {
      story.claim("a", null);
    }
    story.settle();

    assertThat(story.shard().claims().open()).hasSize(Claims.OPEN_MAX);
    assertThat(story.shard().claims().settled()).hasSize(Claims.SETTLED_MAX);
    assertThat(story.decided(ClaimAnswered.class).filter(a -> a.outcome() == Outcome.IGNORED))
        .hasSize(100 - Claims.OPEN_MAX);
  }

  @Test
  void aReplicaIsHandedOverOnceAndTheOneItReplacesIsOutBefore() {
    Story story = Story.wholeShard();
    story.world.kill("c");
    story.seconds(40);
    assertThat(story.decided(MemberWithdrawn.class).map(MemberWithdrawn::server))
        .containsExactly(World.at("c"));
    assertThat(story.decided(MemberWithdrawn.class).map(MemberWithdrawn::detail))
        .containsExactly("connection refused");

    String seeding = story.onlySeeding();
    ServerAddress made = World.serverOn(story.host());
    story.restored(seeding).caughtUp(seeding).kept(seeding).restart().settle().seconds(60);

    assertThat(story.decided(ReplicaKept.class).map(ReplicaKept::server)).containsExactly(made);
    assertThat(story.stranger.pool).containsExactly(made);
    assertThat(story.decided(MemberWithdrawn.class)).hasSize(1);
  }

  @Test
  void aReplicaThatReturnsBeforeItIsReplacedIsInServiceAgain() {
    Story story = Story.wholeShard();
    story.world.backups.clear();
    story.world.kill("c");
    story.seconds(40);
    story.world.server("c").up = true;
    story.seconds(10).restart().settle().seconds(10);

    assertThat(story.decided(MemberReturned.class).map(MemberReturned::server))
        .containsExactly(World.at("c"));
    assertThat(story.stranger.pool).contains(World.at("c"));

    story.world.server("c").applierRunning = false;
    story.seconds(40);
    assertThat(story.decided(MemberWithdrawn.class)).hasSize(2);
    assertThat(Objects.requireNonNull(story.status().members().getLast().note()))
        .isEqualTo(story.decided(MemberWithdrawn.class).toList().getLast().detail());
  }

  @Test
  void nobodyIsWithdrawnWhileThereIsNoPrimaryToTellByAndAReplicaHasTimeToFollowItsNewOne() {
    Story story = Story.wholeShard();
    story.world.kill("a");
    story.seconds(300);
    assertThat(story.decided(MemberWithdrawn.class)).isEmpty();

    story.world.promote("b");
    story.claim("a", "b").settle().seconds(10);

    assertThat(story.decided(MemberWithdrawn.class).map(MemberWithdrawn::server))
        .containsExactly(World.at("a"));
  }
}
