package io.reseed.catchup;

import io.reseed.mysql.replication.CatchUp;
import io.reseed.mysql.replication.ServerSettings;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

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
 *     over, see {@link ServerSettings#names}
 */
record CatchUpPolicy(
    Duration sampleInterval,
    Duration retryInterval,
    Duration stallMax,
    Duration answerTimeout,
    CatchUp.Bound bound,
    Set<String> differencesBlocking) {
  /**
   * Copies.
   *
   * @throws IllegalArgumentException that names settings which are not compared
   */
  CatchUpPolicy {
    differencesBlocking = Set.copyOf(differencesBlocking);
    Set<String> unknown = new TreeSet<>(differencesBlocking);
    unknown.removeAll(ServerSettings.names());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "reseed.catchup.differences-blocking names %s, which is not compared; it may name %s"
              .formatted(String.join(", ", unknown), String.join(", ", ServerSettings.names())));
    }
  }
}
