package io.reseed.events.check;

import io.reseed.events.rule.Check;
import io.reseed.fleet.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one check. A check that did not hold is a {@link Failure} instead.
 *
 * @param name stable, e.g. {@code gtid-set}, {@code pages}, {@code check-table}, {@code contents},
 *     {@code definitions}, {@code assertion:newest-order}
 * @param outcome whether it held or could not be made
 * @param detail what was looked at, or why it was skipped; for people
 * @param unproven what it did not look at; absent when it looked at all that it is about
 */
public record CheckResult(
    String name,
    Outcome outcome,
    String detail,
    long durationMillis,
    @Nullable List<Unproven> unproven) {
  /** Most that one check names. */
  public static final int UNPROVEN_MAX = 20;

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
    if (unproven != null) {
      unproven = Check.atMost("checks.unproven", UNPROVEN_MAX, unproven);
    }
  }

  /** A check that left nothing out. */
  public static CheckResult of(String name, Outcome outcome, String detail, long durationMillis) {
    return new CheckResult(name, outcome, detail, durationMillis, null);
  }

  /** What it did not look at, empty for nothing. */
  public List<Unproven> leftOut() {
    return unproven == null ? List.of() : unproven;
  }
}
