package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.failover.machine.FailoverEffect.Observe;
import io.reseed.failover.machine.FailoverEffect.Urgency;
import io.reseed.failover.machine.FailoverEvent.ObservationRequested;
import io.reseed.failover.machine.FailoverEvent.PrimaryFoundDead;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Story story = Story.wholeShard();

  /** The next look, when it is due. */
  private Observe look() {
    while (story.effects.isEmpty()) {
      Instant due = story.machine.wakeAt(story.state).orElseThrow();
      story.now = due.isAfter(story.now) ? due : story.now;
      story.receive(new FailoverInput.TimerFired());
    }
    return (Observe) story.effects.removeFirst();
  }

  private Urgency looked() {
    Observe look = look();
    story.receive(story.world.answer(look));
    return look.urgency();
  }

  private void silence() {
    List.of("a", "b", "c").forEach(story.world::kill);
  }

  /** The pauses before the next looks, in seconds. */
  private List<Long> pauses(int looks) {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < looks; i++) {
      Instant before = story.now;
      looked();
      pauses.add(Duration.between(before, story.now).toSeconds());
    }
    return pauses;
  }

  @Test
  void aShardOfWhichNoServerAnswersIsLookedAtEverMoreSeldom() {
    silence();
    assertThat(pauses(10)).containsExactly(2L, 2L, 2L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);

    story.world.servers.values().forEach(server -> server.up = true);
    assertThat(pauses(3)).containsExactly(30L, 2L, 2L);
  }

  @Test
  void aLookThatRanIntoItsTimeLimitCountsAsSilence() {
    for (int i = 0; i < 6; i++) {
      story.receive(new FailoverInput.ObservationFailed(look().ticket(), Story.UNKNOWN, true));
    }
    Instant before = story.now;
    look();
    assertThat(Duration.between(before, story.now)).isEqualTo(Duration.ofSeconds(16));
  }

  @Test
  void whoeverCouldNotLookLooksAgainAsSoonAsEver() {
    for (int i = 0; i < 8; i++) {
      Observe look = look();
      story.receive(new FailoverInput.ObservationFailed(look.ticket(), Story.UNKNOWN));
    }
    assertThat(pauses(2)).containsExactly(2L, 2L);
  }

  @Test
  void aSilentShardWithAClaimIsLookedAtAsOftenAsEver() {
    silence();
    pauses(10);
    story.claim("a", "b");
    Observe claimed = (Observe) story.effects.removeFirst();
    assertThat(claimed.urgency()).isEqualTo(Urgency.INCIDENT);
    story.receive(story.world.answer(claimed));
    assertThat(pauses(10)).containsOnly(2L);
  }

  @Test
  void aPrimaryIsFoundDeadAfterAsManyLooksInARowAsEver() {
    story.world.kill("a");
    Instant killedAt = story.now;
    assertThat(looked()).isEqualTo(Urgency.ROUTINE);
    assertThat(looked()).isEqualTo(Urgency.INCIDENT);
    assertThat(looked()).isEqualTo(Urgency.INCIDENT);

    assertThat(story.decided(PrimaryFoundDead.class)).hasSize(1);
    assertThat(Duration.between(killedAt, story.now)).isEqualTo(Duration.ofSeconds(6));
    assertThat(looked()).as("a successor is awaited").isEqualTo(Urgency.INCIDENT);
  }

  @Test
  void aPrimaryThatAloneIsSilentIsInDoubtHoweverLong() {
    for (int i = 0; i < 20; i++) {
      Observe look = look();
      assertThat(look.urgency()).isEqualTo(i == 0 ? Urgency.ROUTINE : Urgency.INCIDENT);
      ShardSnapshot seen = story.world.snapshot(look.servers());
      story.receive(
          new FailoverInput.Observed(look.ticket(), Story.cutOffFrom(World.at("a"), seen)));
    }
    assertThat(pauses(1)).containsExactly(2L);
  }

  @Test
  void aShardWithASilentServerKeepsNoHealthyOneWaiting() {
    assertThat(looked()).isEqualTo(Urgency.ROUTINE);
    story.world.kill("c");
    looked();
    assertThat(looked()).isEqualTo(Urgency.DOUBTFUL);
    story.restart();
    assertThat(((Observe) story.effects.removeFirst()).urgency()).isEqualTo(Urgency.DOUBTFUL);
  }

  @Test
  void aShardThatWasNeverLookedAtKeepsNoHealthyOneWaiting() {
    Story fresh = new Story();
    fresh.receive(new FailoverInput.Declaration(1, World.at("a", "b")));
    assertThat(((Observe) fresh.effects.removeFirst()).urgency()).isEqualTo(Urgency.DOUBTFUL);
  }

  @Test
  void newsLiftTheLookThatIsUnderWayAndAreFollowedByAnother() {
    Observe routine = look();
    story.claim("a", "b");
    Observe lifted = (Observe) story.effects.removeFirst();
    assertThat(lifted.ticket()).isEqualTo(routine.ticket());
    assertThat(lifted.urgency()).isEqualTo(Urgency.INCIDENT);
    story.claim("a", "b");
    assertThat(story.effects).isEmpty();

    story.receive(story.world.answer(lifted));
    Observe next = (Observe) story.effects.removeFirst();
    assertThat(next.ticket()).isGreaterThan(lifted.ticket());
    assertThat(next.urgency()).isEqualTo(Urgency.INCIDENT);
  }

  @Test
  void anOverdueLookIsAskedForUnderItsTicketSoThatItsAnswerCounts() {
    Observe first = look();
    story.now = story.now.plus(Story.POLICY.answerTimeout());
    story.receive(new FailoverInput.TimerFired());
    assertThat(((Observe) story.effects.removeFirst()).ticket()).isEqualTo(first.ticket());

    story.receive(story.world.answer(first));
    assertThat(story.shard().nextObservation().asked()).isFalse();
    assertThat(story.decided(ObservationRequested.class).map(ObservationRequested::ticket))
        .endsWith(first.ticket(), first.ticket());
  }
}
