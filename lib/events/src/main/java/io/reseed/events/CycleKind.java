package io.reseed.events;

/** What a cycle of the backup pipeline sets out from and leads to. */
public enum CycleKind {
  /** From the last backup: proves it and makes the next one. */
  REGULAR,
  /** From a clone of a running server: makes a backup that owes nothing to earlier ones. */
  FRESH,
  /** From any one backup: proves or condemns it, and makes none. */
  EXAMINATION
}
