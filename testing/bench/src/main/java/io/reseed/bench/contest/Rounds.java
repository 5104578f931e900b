package io.reseed.bench.contest;

import java.time.Duration;

/**
 * How often each contestant runs.
 *
 * @param count timed runs of each
 * @param longest no further round is begun after this; the first one is always run
 */
public record Rounds(int count, Duration longest) {
  /** Refuses none. */
  public Rounds {
    if (count < 1) {
      throw new IllegalArgumentException("at least one run is needed");
    }
  }
}
