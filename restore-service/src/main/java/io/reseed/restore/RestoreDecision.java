package io.reseed.restore;

/**
 * What to do about one job: first make {@code next} durable if it differs, then act.
 *
 * @param next the job's state from now on
 */
record RestoreDecision(JobState next, Action action) {

  /** One step; each may be repeated after a crash in its middle. */
  enum Action {
    /** Nothing to do. */
    REST,
    /** Choose a place on this host: a slot, a port, a server id. */
    ADMIT,
    /** Bring the files, or clone; goes on from what is there. */
    FETCH,
    /** Start mysqld, fenced; nothing happens when it runs. */
    START,
    /** Ask the server whether it is what was asked for. */
    VERIFY,
    /** Publish the event of the state. */
    ANNOUNCE,
    /** Let replication start by itself from now on. */
    UNFENCE,
    /** Kill mysqld and delete its folder; the job stays. */
    ABANDON,
    /** Kill mysqld and delete its folder, of what nobody wants. */
    ERASE,
    /** Remove the job itself: nothing else is left of it. */
    FORGET,
    /** Tell the action under way to stop. */
    CANCEL
  }
}
