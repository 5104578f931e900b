package io.reseed.validator.cycle;

import io.reseed.events.SeedingStage;
import io.reseed.events.StageTime;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** How cycles ended so far, and how long their stages took. */
public record Tally(
    long backupsMade,
    long attemptsFailed,
    long cyclesFailed,
    long validated,
    long condemned,
    Map<SeedingStage, Stage> stages) {
  static final Tally ZERO = new Tally(0, 0, 0, 0, 0, Map.of());

  /** All runs of one stage that ended well. */
  public record Stage(long count, long millis) {
    static final Stage ZERO = new Stage(0, 0);
  }

  /** Documents of the first release have no stages. */
  public Tally {
    stages = Map.copyOf(Objects.requireNonNullElse(stages, Map.of()));
  }

  Stage stage(SeedingStage stage) {
    return stages.getOrDefault(stage, Stage.ZERO);
  }

  Tally backupMade() {
    return new Tally(backupsMade + 1, attemptsFailed, cyclesFailed, validated, condemned, stages);
  }

  Tally attemptFailed() {
    return new Tally(backupsMade, attemptsFailed + 1, cyclesFailed, validated, condemned, stages);
  }

  Tally cycleFailed() {
    return new Tally(
        backupsMade, attemptsFailed + 1, cyclesFailed + 1, validated, condemned, stages);
  }

  Tally validatedOne() {
    return new Tally(backupsMade, attemptsFailed, cyclesFailed, validated + 1, condemned, stages);
  }

  Tally condemnedOne() {
    return new Tally(backupsMade, attemptsFailed, cyclesFailed, validated, condemned + 1, stages);
  }

  Tally ended(StageTime time) {
    Map<SeedingStage, Stage> newer = new TreeMap<>(stages);
    Stage old = stage(time.stage());
    newer.put(time.stage(), new Stage(old.count() + 1, old.millis() + time.durationMillis()));
    return new Tally(backupsMade, attemptsFailed, cyclesFailed, validated, condemned, newer);
  }
}
