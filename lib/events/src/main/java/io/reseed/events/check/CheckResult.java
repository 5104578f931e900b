package io.reseed.events.check;

import io.reseed.events.rule.Check;
import io.reseed.fleet.Failure;

/**
 * What came of one check. A check that did not hold is a {@link Failure} instead.
 *
 * @param name stable, e.g. {@code gtid-set}, {@code pages}, {@code check-table}, {@code contents},
 *     {@code assertion:newest-order}
 * @param outcome whether it held or could not be made
 * @param detail what was looked at, or why it was skipped; for people
 */
public record CheckResult(String name, Outcome outcome, String detail, long durationMillis) {
  /** What came of it. */
  public enum Outcome {
    HELD,
    /** Not made; the detail says why, e.g. that the shard has no healthy replica. */
    SKIPPED
  }

  /** Checks presence and bounds. */
  public CheckResult {
    Check.name("checks.name", name);
    Check.present("checks.outcome", outcome);
    Check.text("checks.detail", detail);
    Check.atLeast("checks.durationMillis", 0, durationMillis);
  }
}
