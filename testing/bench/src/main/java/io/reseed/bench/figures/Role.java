package io.reseed.bench.figures;

/** What a contestant is in a contest. */
public enum Role {
  /** Reseed itself, as its services run it. */
  OURS,
  /** One step alone, which no way of doing the whole work can do without. */
  BASELINE,
  /** Another way to do the whole work. */
  PEER
}
