package io.reseed.mysql;

import java.time.Duration;

/**
 * The bounds of one session.
 *
 * @param connect for the TCP connection, and again for the handshake's answers
 * @param statement for each answer of the server to one statement; when it is exceeded the session
 *     is closed, since what the server does with the statement is then unknown
 */
public record Timeouts(Duration connect, Duration statement) {
  /** For probes: 2 s to connect, 5 s per statement. */
  public static final Timeouts PROBE = new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(5));

  /** For administration: 5 s to connect, 60 s per statement (STOP REPLICA may wait that long). */
  public static final Timeouts ADMIN = new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(60));

  private static final long MILLIS_MAX = Integer.MAX_VALUE;

  /** Refuses what is below 1 ms or beyond 24 days. */
  public Timeouts {
    checkBounds(connect);
    checkBounds(statement);
  }

  private static void checkBounds(Duration timeout) {
    if (timeout.toMillis() < 1 || timeout.toMillis() > MILLIS_MAX) {
      throw new IllegalArgumentException("a timeout must be 1 ms to 24 days, not " + timeout);
    }
  }
}
