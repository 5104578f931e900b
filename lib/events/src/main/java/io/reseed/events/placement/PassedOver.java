package io.reseed.events.placement;

/**
 * A host that cannot take the server.
 *
 * @param detail the reason as words for people, with the numbers that were compared
 */
public record PassedOver(String host, Reason reason, String detail) {

  /** Why a host cannot take a server; the first that holds, in this order, is named. */
  public enum Reason {
    /** It belongs to another pool. */
    OTHER_POOL,
    /** Its agent was not heard for too long. */
    SILENT,
    /** Another host speaks under its name. */
    NAME_SHARED,
    /** An operator paused it. */
    PAUSED,
    /** The asker does not want it, e.g. because an attempt failed there. */
    EXCLUDED,
    /** It holds, or will hold, another server of the shard. */
    HOLDS_SHARD,
    /** All its slots are taken or promised. */
    NO_SLOT,
    /** Its disk has no room for the data. */
    NO_ROOM
  }

  @Override
  public String toString() {
    return host + ": " + detail;
  }
}
