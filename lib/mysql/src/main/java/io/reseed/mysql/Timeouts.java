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

  /** Refuses what is not positive. */
  public Timeouts {
    if (connect.toMillis() < 1 || statement.toMillis() < 1) {
      throw new IllegalArgumentException("timeouts must be at least 1 ms");
    }
  }
}
