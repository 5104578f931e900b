package io.reseed.events.check;

import io.reseed.events.rule.Check;

/**
 * Something that a check did not look at, or could not tell, although it held.
 *
 * @param what in few words, e.g. {@code rows of 4 of 5 tables}
 * @param reason why not; for people
 */
public record Unproven(String what, String reason) {
  /** Checks presence and bounds. */
  public Unproven {
    Check.text("unproven.what", what);
    Check.text("unproven.reason", reason);
  }
}
