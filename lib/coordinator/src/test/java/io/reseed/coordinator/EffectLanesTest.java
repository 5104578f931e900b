package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EffectLanesTest {
  private static final int PLACES = 2;
  private static final RuntimeConfig.Limits LIMITS =
      new RuntimeConfig.Limits(PLACES, 8, 1000, 1000, 1);

  private final EffectLanes<String> lanes = new EffectLanes<>(LIMITS);

  private void queue(Lane lane, String... all) {
    for (String one : all) {
      lanes.queue(one, lane);
    }
  }

  @Test
  void whoWaitsInOneLaneKeepsNobodyInAnotherWaiting() {
    for (int i = 0; i < 1_000; i++) {
      lanes.queue("doubtful " + i, Lane.DOUBTFUL);
    }
    assertThat(lanes.begin()).hasSize(Lane.DOUBTFUL.places(LIMITS));

    queue(Lane.ROUTINE, "a", "b", "c");
    queue(Lane.INCIDENT, "d");
    queue(Lane.WORK, "e");
    assertThat(lanes.begin()).containsExactly("e", "d", "a", "b");

    lanes.end("a");
    assertThat(lanes.begin()).containsExactly("c");
  }

  @Test
  void whoIsAskedForAgainKeepsItsTurnUnlessItsLaneChanges() {
    queue(Lane.ROUTINE, "a", "b", "c", "d");
    assertThat(lanes.begin()).containsExactly("a", "b");

    queue(Lane.ROUTINE, "c");
    queue(Lane.INCIDENT, "d");
    assertThat(lanes.begin()).containsExactly("d");

    lanes.end("a");
    assertThat(lanes.begin()).containsExactly("c");
    assertThat(lanes.waiting()).isZero();
  }

  @Test
  void whoLingersGivesItsPlaceBackUpToABound() {
    List<String> silent = IntStream.range(0, 100).mapToObj(i -> "silent " + i).toList();
    silent.forEach(one -> lanes.queue(one, Lane.ROUTINE));
    for (List<String> begun = lanes.begin(); !begun.isEmpty(); begun = lanes.begin()) {
      begun.forEach(lanes::linger);
    }

    assertThat(lanes.running()).isEqualTo(9 * PLACES);
    silent.forEach(lanes::end);
    assertThat(lanes.begin()).hasSize(PLACES);
  }

  @Test
  void whoLeavesDoesNotBegin() {
    queue(Lane.WORK, "a", "b", "c");
    assertThat(lanes.leave("b")).isTrue();
    assertThat(lanes.begin()).containsExactly("a", "c");
    assertThat(lanes.leave("a")).as("it runs").isFalse();
  }

  @Test
  void whatChangesSomethingAndWhatIsInDoubtKeepsItsPlace() {
    queue(Lane.WORK, "a", "b", "c");
    lanes.begin().forEach(lanes::linger);
    assertThat(lanes.begin()).isEmpty();
  }
}
