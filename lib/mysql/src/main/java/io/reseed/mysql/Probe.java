package io.reseed.mysql;

import java.time.Duration;

/** Looks at servers that may be dead. */
public final class Probe {
  private Probe() {}

  /**
   * Connects, looks and disconnects. Never throws for a server that does not answer.
   *
   * @param timeout bounds the connection and, separately, each of about ten small queries
   */
  public static Observation observe(
      ServerAddress address, Credentials credentials, Duration timeout) {
    return NotYet.body("observe " + address + credentials + timeout);
  }
}
