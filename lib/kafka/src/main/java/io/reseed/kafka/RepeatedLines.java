package io.reseed.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Keeps a log readable while strangers write what nobody can use: of each kind of line one a
 * minute, with the number of those that were left out before it. Thread-safe, and bounded: kinds
 * beyond {@link #KINDS_MAX} count as one.
 */
public final class RepeatedLines {
  static final int KINDS_MAX = 200;

  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();
  private static final String OTHERS = "others";

  private final LongSupplier nanos;
  private final Map<String, Kind> kinds = new HashMap<>();

  private static final class Kind {
    private long writtenAt;
    private long leftOut;

    Kind(long writtenAt) {
      this.writtenAt = writtenAt;
    }
  }

  /** By the machine's steady clock. */
  public RepeatedLines() {
    this(System::nanoTime);
  }

  RepeatedLines(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Whether a line may be written, and then how many of its kind were left out since the last one.
   *
   * @param kind without what differs from line to line, such as an offset
   */
  public synchronized OptionalLong leftOutBefore(String kind) {
    long now = nanos.getAsLong();
    String counted = kinds.containsKey(kind) || kinds.size() < KINDS_MAX ? kind : OTHERS;
    Kind known = kinds.get(counted);
    if (known == null) {
      kinds.put(counted, new Kind(now));
      return OptionalLong.of(0);
    }
    if (now - known.writtenAt < INTERVAL_NANOS) {
      known.leftOut++;
      return OptionalLong.empty();
    }
    long leftOut = known.leftOut;
    known.writtenAt = now;
    known.leftOut = 0;
    return OptionalLong.of(leftOut);
  }
}
