package io.reseed.demo;

/** What a repair goes through, in this order. */
enum Stage {
  /** The topology manager holds the primary for dead. */
  DEAD("dead"),
  /** A replica was promoted. */
  PROMOTED("promoted"),
  /** {@code primary-failed} was acknowledged. */
  PUBLISHED("published"),
  /** The detector found the new primary fit. */
  VERIFIED("verified"),
  /** A backup and a host were chosen. */
  ASSIGNED("assigned"),
  /** The restored server runs, fenced. */
  RESTORED("restored"),
  /** It replicates. */
  ATTACHED("attached"),
  /** It caught up. */
  CAUGHT_UP("caught up"),
  /** Its host noted that it belongs to the fleet. */
  HANDED_OVER("handed over"),
  /** The shard has all replicas again. */
  WHOLE("whole");

  private final String label;

  Stage(String label) {
    this.label = label;
  }

  /** For people. */
  public String label() {
    return label;
  }
}
