package io.reseed.failover.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.coordinator.StateCodec;
import io.reseed.failover.StoredStates;
import io.reseed.failover.machine.FailoverEvent.ObservationConcluded;
import io.reseed.failover.machine.FailoverEvent.StatusPublished;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptTest {
  private static final StateCodec<FailoverState> CODEC = StoredStates.codec();

  private final Story story = Story.wholeShard();
  private final List<String> stored = new ArrayList<>(List.of(document()));

  private String document() {
    return new String(CODEC.encode(story.state), StandardCharsets.UTF_8);
  }

  /** What is stored after an input, where it differs from what is stored. */
  private void receive(FailoverInput input) {
    story.receive(input);
    if (!document().equals(stored.getLast())) {
      stored.add(document());
    }
  }

  private void look(boolean fails) {
    story.now = story.now.plus(Story.POLICY.observeInterval());
    receive(new FailoverInput.TimerFired());
    while (!story.effects.isEmpty()) {
      FailoverEffect effect = story.effects.removeFirst();
      receive(
          fails
              ? new FailoverInput.ObservationFailed(effect.ticket(), Story.UNKNOWN)
              : story.world.answer(effect));
    }
  }

  @Test
  void looksAtAShardToWhichNothingHappensStoreNothing() {
    int looks = 1_800; // an hour
    for (int i = 0; i < looks; i++) {
      look(false);
    }
    assertThat(story.decided(ObservationConcluded.class)).hasSizeGreaterThanOrEqualTo(looks);
    assertThat(story.decided(StatusPublished.class)).hasSizeGreaterThanOrEqualTo(60);
    assertThat(stored).hasSizeBetween(6, 8); // the time of the last look, each ten minutes
  }

  @Test
  void looksThatFailInTheSameWayStoreNothing() {
    for (int i = 0; i < 30; i++) {
      look(true);
    }
    int sayingSo = stored.size();
    for (int i = 0; i < 1_800; i++) {
      look(true);
    }
    assertThat(stored).hasSize(sayingSo);
  }

  @Test
  void whatIsStoredSpeaksOfNoLaterLookThanThereWas() {
    Duration grain = Kept.GRAIN;
    for (int i = 0; i < 1_000; i++) {
      look(false);
      Instant observedAt = story.shard().freshness().observedAt();
      Instant kept = story.shard().kept().freshness().observedAt();
      assertThat(kept).isBeforeOrEqualTo(observedAt);
      assertThat(kept).isAfter(story.now.minus(grain).minus(Story.POLICY.statusRefreshInterval()));
    }
  }

  @Test
  void whatChangesIsStored() {
    story.world.kill("c");
    look(false);
    assertThat(stored).hasSize(2);
    assertThat(stored.getLast()).contains("UNREACHABLE");
  }

  /** An older release looks at once, and waits for no answer that nobody will give. */
  @Test
  void whatIsStoredSaysThatALookIsDue() {
    story.now = story.now.plus(Story.POLICY.observeInterval());
    story.receive(new FailoverInput.TimerFired());
    assertThat(story.shard().nextObservation().asked()).isTrue();
    assertThat(document())
        .contains("\"nextObservation\":{\"ticket\":0,\"asked\":false,\"again\":false,\"at\":");
    assertThat(story.machine.wakeAt(CODEC.decode(CODEC.encode(story.state))))
        .hasValueSatisfying(at -> assertThat(at).isBefore(story.now));
  }
}
