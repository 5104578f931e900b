package io.reseed.fleet;

/** What may be done about a failure; the class, not the exception's type, decides what follows. */
public enum FailureClass {
  /** It may work soon: retry within a budget. */
  TRANSIENT,
  /** Only a person can help: alert, keep the state, look again when the world changes. */
  OPERATOR_MUST_ACT,
  /** The backup cannot be used: try the next one, and report this one. */
  BAD_BACKUP,
  /** Reseed itself is wrong: stop this piece of work and alert. */
  BUG
}
