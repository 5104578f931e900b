package io.reseed.backup;

/**
 * What a failure asks for. The class, not the type of an exception, decides what a caller does
 * next.
 */
public enum FailureClass {
  /** Nothing is wrong that time cannot mend: try the same again. */
  TRANSIENT,
  /** It fails again until a person or another system changes something outside. */
  OPERATOR_MUST_ACT,
  /** This backup cannot be restored as it lies in the store: take another one. */
  BAD_BACKUP,
  /** A rule of this library was broken by our own code. */
  BUG
}
