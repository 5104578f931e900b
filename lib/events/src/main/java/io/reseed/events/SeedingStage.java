package io.reseed.events;

/** The stages of a seeding, in their order. */
public enum SeedingStage {
  /** Bytes come from the store, or from a donor by CLONE; ends with a running, fenced server. */
  RESTORE,
  /** Replication is attached and catches up. */
  CATCH_UP,
  /** The caught-up server is stopped cleanly and becomes a backup (purpose VALIDATION only). */
  SNAPSHOT
}
