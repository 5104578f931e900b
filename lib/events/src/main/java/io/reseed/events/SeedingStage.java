package io.reseed.events;

/** The stages of a seeding, in their order; those from CHECK on are of purpose VALIDATION only. */
public enum SeedingStage {
  /** Bytes come from the store, or from a donor by CLONE; ends with a running, fenced server. */
  RESTORE,
  /** Replication is attached and catches up. */
  CATCH_UP,
  /** The caught-up server is checked: its tables, its contents against a replica's, assertions. */
  CHECK,
  /** The checked server is stopped cleanly and becomes a backup. */
  SNAPSHOT,
  /** The new backup is read back from the store, restored beside, started and checked. */
  READ_BACK
}
