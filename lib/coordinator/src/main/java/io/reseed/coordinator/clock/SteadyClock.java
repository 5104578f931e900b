package io.reseed.coordinator.clock;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * A clock that is set by the wall clock once and never jumps with it. It runs as fast as time does;
 * where the wall clock says otherwise it is moved towards that by a tenth of the time that passes,
 * so that a deadline comes at most a tenth early or late, whatever happens to the wall clock. What
 * lies further ahead than {@link #JUMP_MAX} is taken over at once, and counted. Never goes back.
 * Thread-safe.
 */
public final class SteadyClock {
  /** A wall clock that is further ahead was wrong before, or the machine was asleep. */
  static final Duration JUMP_MAX = Duration.ofHours(2);

  private static final int SHARE = 10;
  private static final long NANOS_OF_MILLI = 1_000_000;
  private static final Duration SHOWN_AS_IS = Duration.ofSeconds(1);
  private static final SteadyClock SYSTEM =
      new SteadyClock(System::currentTimeMillis, System::nanoTime);

  private final LongSupplier wallMillis;
  private final LongSupplier nanoTime;
  private long readAtNanos;
  private long nowNanos;
  private long leaps;

  /**
   * Sets it by the wall clock.
   *
   * @param nanoTime never goes back, as {@link System#nanoTime}
   */
  public SteadyClock(LongSupplier wallMillis, LongSupplier nanoTime) {
    this.wallMillis = wallMillis;
    this.nanoTime = nanoTime;
    readAtNanos = nanoTime.getAsLong();
    nowNanos = wallMillis.getAsLong() * NANOS_OF_MILLI;
  }

  /** The one of this process. */
  public static SteadyClock system() {
    return SYSTEM;
  }

  /** The time, in milliseconds since 1970. */
  public synchronized long millis() {
    long readNow = nanoTime.getAsLong();
    long passed = Math.max(0, readNow - readAtNanos);
    readAtNanos = readNow;
    nowNanos += passed;
    long ahead = wallMillis.getAsLong() * NANOS_OF_MILLI - nowNanos;
    if (ahead > JUMP_MAX.toNanos()) {
      nowNanos += ahead;
      leaps++;
    } else {
      nowNanos += Math.clamp(ahead, -passed / SHARE, passed / SHARE);
    }
    return nowNanos / NANOS_OF_MILLI;
  }

  /** How often the wall clock was so far ahead that it was taken over. */
  public synchronized long leaps() {
    return leaps;
  }

  /** A moment by this clock as people's clocks show it. */
  public Instant shown(Instant moment) {
    Duration ahead = Duration.ofMillis(wallMillis.getAsLong() - millis());
    return ahead.abs().compareTo(SHOWN_AS_IS) < 0 ? moment : moment.plus(ahead);
  }
}
