package io.reseed.events;

import io.reseed.events.rule.Check;

/** How long a stage of a cycle took. */
public record StageTime(SeedingStage stage, long durationMillis) {
  /** Checks presence and bounds. */
  public StageTime {
    Check.present("stages.stage", stage);
    Check.atLeast("stages.durationMillis", 0, durationMillis);
  }
}
