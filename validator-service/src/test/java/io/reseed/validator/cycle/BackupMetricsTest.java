package io.reseed.validator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reseed.events.BackupStatus.Degree;
import io.reseed.events.SeedingStage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BackupMetricsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private BackupMetrics measured(Story... stories) {
    Map<String, CycleState> shards =
        stories.length == 1
            ? Map.of("commerce/-80", stories[0].state())
            : Map.of("commerce/-80", stories[0].state(), "commerce/80-", stories[1].state());
    BackupMetrics metrics = BackupMetrics.start(meters, () -> shards);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> meters.find("reseed.cycle.blocked").gauges().size() == stories.length);
    return metrics;
  }

  private double age(String degree) {
    return meters
        .get("reseed.backup.age.seconds")
        .tags("shard", "commerce/-80", "degree", degree)
        .gauge()
        .value();
  }

  private static double secondsSinceMade() {
    return Math.max(0, Duration.between(Story.MADE_AT, Instant.now()).toSeconds());
  }

  private double ofShard(String name, String shard) {
    return meters.get(name).tag("shard", shard).gauge().value();
  }

  @Test
  void tellsTheAgeOfTheNewestBackupOfEachDegree() {
    Story story = new Story().seenWhole();
    story.listed(
        List.of(
            Story.backup("b3", Degree.UNHEALTHY),
            Story.backup("b2", Degree.RESTORABLE),
            Story.backup("b1", Degree.CREATED)));
    try (BackupMetrics _ = measured(story)) {
      double least = secondsSinceMade();
      double created = age("created");
      double restorable = age("restorable");
      double most = secondsSinceMade();
      assertThat(created).isBetween(least, most);
      assertThat(restorable).isBetween(least, most);
      assertThat(age("validated")).isEqualTo(-1);
    }
  }

  @Test
  void tellsWhichShardsHaveNoProvenBackupAndWhichAreBlocked() {
    Story unproven = new Story().seenWhole().listed("b1");
    Story blocked = new Story().seenWhole().listed().notPlaced("NO_BACKUP_HOST");
    try (BackupMetrics _ = measured(unproven, blocked)) {
      assertThat(ofShard("reseed.backup.proven", "commerce/-80")).isZero();
      assertThat(ofShard("reseed.cycle.blocked", "commerce/-80")).isZero();
      assertThat(ofShard("reseed.cycle.blocked", "commerce/80-")).isEqualTo(1);
    }
  }

  @Test
  void countsCyclesByOutcomeAndSecondsByStage() {
    Story story = RegularCycleTest.readingBack().checked(SeedingStage.READ_BACK);
    try (BackupMetrics _ = measured(story)) {
      assertThat(ofShard("reseed.backup.proven", "commerce/-80")).isEqualTo(1);
      for (String outcome : List.of("backup-made", "validated")) {
        assertThat(outcome(outcome)).as(outcome).isEqualTo(1);
      }
      for (String outcome : List.of("condemned", "attempt-failed", "cycle-failed")) {
        assertThat(outcome(outcome)).as(outcome).isZero();
      }
      for (String stage : List.of("restore", "catch-up", "check", "snapshot", "read-back")) {
        FunctionTimer timer =
            meters.get("reseed.cycle.stage.seconds").tag("stage", stage).functionTimer();
        assertThat(timer.count()).as(stage).isEqualTo(1);
      }
      FunctionTimer readBack =
          meters.get("reseed.cycle.stage.seconds").tag("stage", "read-back").functionTimer();
      assertThat(readBack.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(40);
    }
  }

  /** Rows that were removed and added again would be missing in a scrape between. */
  @Test
  void aSeriesOfAShardThatStaysIsNeverTakenAwayAndFollowsItsShard() {
    Map<String, CycleState> shards = new ConcurrentHashMap<>();
    shards.put("commerce/-80", new Story().seenWhole().listed("b1").state());
    shards.put("commerce/80-", new Story().seenWhole().listed("b1").state());
    AtomicInteger removed = new AtomicInteger();
    meters.config().onMeterRemoved(_ -> removed.incrementAndGet());
    try (BackupMetrics _ = BackupMetrics.start(meters, () -> shards)) {
      awaitUntil(() -> meters.find("reseed.backup.proven").gauges().size() == 2);
      shards.put(
          "commerce/-80", RegularCycleTest.readingBack().checked(SeedingStage.READ_BACK).state());
      awaitUntil(() -> ofShard("reseed.backup.proven", "commerce/-80") == 1);
      assertThat(removed).hasValue(0);
      shards.remove("commerce/80-");
      awaitUntil(() -> meters.find("reseed.backup.proven").gauges().size() == 1);
    }
  }

  private static void awaitUntil(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(condition);
  }

  private double outcome(String outcome) {
    return meters.get("reseed.cycles").tag("outcome", outcome).functionCounter().count();
  }
}
