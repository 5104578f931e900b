package io.reseed.catchup;

import io.reseed.mysql.replication.CatchUp;
import java.time.Duration;
import java.util.Set;

/**
 * The bounds of a catch-up.
 *
 * @param sampleInterval how often a server is looked at
 * @param retryInterval how soon an attach that did not work is tried again
 * @param stallMax how long a server may stand still, or not be attachable, before the attempt
 *     fails; after half of it it is attached again
 * @param answerTimeout how long the server may not answer before the attempt fails
 * @param bound when the lag counts as small
 * @param differencesBlocking settings that a server must have as its source before it is handed
 *     over, by name
 */
record CatchUpPolicy(
    Duration sampleInterval,
    Duration retryInterval,
    Duration stallMax,
    Duration answerTimeout,
    CatchUp.Bound bound,
    Set<String> differencesBlocking) {
  /** Copies. */
  CatchUpPolicy {
    differencesBlocking = Set.copyOf(differencesBlocking);
  }
}
