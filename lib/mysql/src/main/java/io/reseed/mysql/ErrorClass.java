package io.reseed.mysql;

/** Who can mend an error: it decides on retry, alert or quarantine. */
public enum ErrorClass {
  /** May pass by itself: retry, with a bound. */
  TRANSIENT,
  /** A person must act; a retry is useless until then. */
  OPERATOR,
  /** The copy that the server was made from does not fit the shard: try another. */
  BAD_BACKUP,
  /** A mistake in Reseed. */
  BUG
}
