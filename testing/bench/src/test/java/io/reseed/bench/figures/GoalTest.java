package io.reseed.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.bench.figures.Goal.Judgement;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoalTest {
  private static Judgement judge(Goal goal) {
    return goal.judge(Samples.result()).orElseThrow();
  }

  @Test
  void theSlowestBaselineCounts() {
    Judgement missed = judge(new Goal.OfTheSlowestBaseline(0.8));
    assertThat(missed.met()).isFalse();
    assertThat(missed.text()).contains("0.75", "GET", "0.80");
    assertThat(judge(new Goal.OfTheSlowestBaseline(0.75)).met()).isTrue();
  }

  @Test
  void aNamedPeerMustTakeSoManyTimesAsLong() {
    assertThat(judge(new Goal.TimesFasterThan("restic & co", 2)).met()).isTrue();
    assertThat(judge(new Goal.TimesFasterThan("restic & co", 2.1)).met()).isFalse();
  }

  @Test
  void whoIsAbsentIsNotJudgedBy() {
    assertThat(new Goal.TimesFasterThan("myloader", 5).judge(Samples.result())).isEmpty();
  }

  @Test
  void aheadMeansAheadOfEveryPeer() {
    assertThat(judge(new Goal.AheadInSeconds()))
        .isEqualTo(
            new Judgement(true, "the fastest peer, rclone, takes 1.50 × the time (goal > 1)"));
    assertThat(judge(new Goal.AheadInBytes()).met()).isFalse();
  }

  @Test
  void throughputMayFallByTheToleranceOnly() {
    Result falling =
        new Result(
            "shards",
            List.of(
                Samples.entry("1", Role.OURS, 0, 1.0),
                Samples.entry("2", Role.OURS, 0, 0.8),
                Samples.entry("4", Role.OURS, 0, 1.25)),
            List.of(),
            List.of());
    assertThat(new Goal.ThroughputDoesNotFall(0.1).judge(falling).orElseThrow())
        .isEqualTo(
            new Judgement(
                false, "the least total throughput is 0.80 of that of one alone (goal ≥ 0.90)"));
    assertThat(new Goal.ThroughputDoesNotFall(0.25).judge(falling).orElseThrow().met()).isTrue();
  }
}
