package io.reseed.backup.store;

/** What came of a put that must not overwrite. */
public enum PutOutcome {
  /** The object was not there and now is. */
  CREATED,
  /** An object was there already and is unchanged. */
  ALREADY_EXISTS
}
