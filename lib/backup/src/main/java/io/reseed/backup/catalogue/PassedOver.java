package io.reseed.backup.catalogue;

import io.reseed.fleet.BackupId;

/**
 * A backup that does not fit.
 *
 * @param id which
 * @param reason stable code
 * @param detail the reason as a sentence, naming what was compared
 */
public record PassedOver(BackupId id, Reason reason, String detail) {
  /** Why a backup does not fit. */
  public enum Reason {
    /** Its manifest cannot be used. */
    UNUSABLE_MANIFEST,
    /** A verdict says that it is unhealthy. */
    UNHEALTHY,
    /** It failed already in this seeding. */
    FAILED_IN_THIS_SEEDING,
    /** It was made by a newer server than the one that would run on it. */
    VERSION_NEWER_THAN_SERVER,
    /** It is too old for the server to upgrade in one step. */
    VERSION_TOO_OLD_FOR_SERVER,
    /** It holds transactions that the primary lacks. */
    ERRANT_TRANSACTIONS,
    /** The primary has purged transactions that it lacks. */
    PURGED_BY_PRIMARY
  }
}
