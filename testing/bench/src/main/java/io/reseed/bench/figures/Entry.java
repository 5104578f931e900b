package io.reseed.bench.figures;

import java.util.List;

/**
 * All runs of one contestant.
 *
 * @param bytes of files that each run worked on
 */
public record Entry(String name, Role role, long bytes, List<Measurement> runs) {
  /** Copies the list, which must not be empty. */
  public Entry {
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException(name + " was never run");
    }
  }

  /** Of the runs' times. */
  public Spread seconds() {
    return Spread.of(runs.stream().mapToDouble(Measurement::seconds).toArray());
  }

  /** The median of what the runs moved, 0 where nothing was or nobody counted. */
  public long bytesMoved() {
    return (long) Spread.of(runs.stream().mapToDouble(Measurement::bytesMoved).toArray()).median();
  }

  /** Files' bytes by the median time, in millions a second. */
  public double megabytesPerSecond() {
    return bytes / 1e6 / seconds().median();
  }
}
