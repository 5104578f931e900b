package io.reseed.mysql.replication;

import io.reseed.mysql.NotYet;
import io.reseed.mysql.ReplicationError;

/** Sorts replication's error numbers by who can mend them. */
public final class ReplicationErrors {
  private ReplicationErrors() {}

  /** Classifies one error; total: an unknown number is REPLICATION_UNKNOWN. */
  public static ReplicationError classify(int errno, String text) {
    return NotYet.body(errno + text);
  }
}
