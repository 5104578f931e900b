package io.reseed.validator.cycle;

import io.reseed.events.SeedingStage;
import io.reseed.events.StageTime;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** How cycles ended so far, and how long their stages took. */
public record Counters(
    long backupsMade,
    long attemptsFailed,
    long cyclesFailed,
    long validated,
    long condemned,
    Map<SeedingStage, Stage> stages) {
  static final Counters ZERO = new Counters(0, 0, 0, 0, 0, Map.of());

  /** All runs of one stage that ended well. */
  public record Stage(long count, long millis) {
    static final Stage ZERO = new Stage(0, 0);
  }

  /** Documents of the first release have no stages. */
  public Counters {
    stages = Map.copyOf(Objects.requireNonNullElse(stages, Map.of()));
  }

  Stage stage(SeedingStage stage) {
    return stages.getOrDefault(stage, Stage.ZERO);
  }

  Counters backupMade() {
    return new Counters(
        backupsMade + 1, attemptsFailed, cyclesFailed, validated, condemned, stages);
  }

  Counters attemptFailed() {
    return new Counters(
        backupsMade, attemptsFailed + 1, cyclesFailed, validated, condemned, stages);
  }

  Counters cycleFailed() {
    return new Counters(
        backupsMade, attemptsFailed + 1, cyclesFailed + 1, validated, condemned, stages);
  }

  Counters validatedOne() {
    return new Counters(
        backupsMade, attemptsFailed, cyclesFailed, validated + 1, condemned, stages);
  }

  Counters condemnedOne() {
    return new Counters(
        backupsMade, attemptsFailed, cyclesFailed, validated, condemned + 1, stages);
  }

  Counters ended(StageTime time) {
    Map<SeedingStage, Stage> newer = new TreeMap<>(stages);
    Stage old = stage(time.stage());
    newer.put(time.stage(), new Stage(old.count() + 1, old.millis() + time.durationMillis()));
    return new Counters(backupsMade, attemptsFailed, cyclesFailed, validated, condemned, newer);
  }
}
