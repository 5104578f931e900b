package io.reseed.mysql.gtid;

import io.reseed.mysql.NotYet;

/**
 * An immutable set of global transaction identifiers, tagged ones ({@code uuid:tag:1-5}) included.
 * Two sets are equal when they hold the same identifiers, however they were written.
 */
public final class GtidSet {
  /** The set that holds nothing. */
  public static final GtidSet EMPTY = new GtidSet();

  private GtidSet() {}

  /**
   * Reads MySQL's syntax: {@code uuid[:tag]:interval…[:tag:interval…]} separated by commas, with
   * white space and line breaks anywhere between the parts, in either case. Empty text is the empty
   * set.
   *
   * @throws IllegalArgumentException with the position and what is wrong there, also for text
   *     longer than 16 Mi characters
   */
  public static GtidSet parse(String text) {
    return NotYet.body(text);
  }

  /** In this set or in the other. */
  public GtidSet union(GtidSet other) {
    return NotYet.body("union " + other);
  }

  /** In this set and not in the other. */
  public GtidSet subtract(GtidSet other) {
    return NotYet.body("subtract " + other);
  }

  /** In this set and in the other. */
  public GtidSet intersect(GtidSet other) {
    return NotYet.body("intersect " + other);
  }

  /** True when every identifier of the other is in this set; true for an empty other. */
  public boolean contains(GtidSet other) {
    return NotYet.<Boolean>body("contains " + other);
  }

  /** True for no identifier. */
  public boolean isEmpty() {
    return NotYet.<Boolean>body();
  }

  /** How many identifiers; {@link Long#MAX_VALUE} when there are more than that. */
  public long count() {
    return NotYet.<Long>body();
  }

  /** As the server prints it, on one line: sorted, intervals merged, parts separated by commas. */
  @Override
  public String toString() {
    return NotYet.body();
  }
}
