package io.reseed.coordinator.clock;

import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/**
 * The time by which Kafka Streams calls its tasks and commits: by the wall clock, set back by an
 * hour, it would do neither for that hour.
 */
public final class StreamsTime implements Time {
  private final SteadyClock clock;

  /** Time by a clock. */
  public StreamsTime(SteadyClock clock) {
    this.clock = clock;
  }

  @Override
  public long milliseconds() {
    return clock.millis();
  }

  @Override
  public long nanoseconds() {
    return Time.SYSTEM.nanoseconds();
  }

  @Override
  public void sleep(long millis) {
    Time.SYSTEM.sleep(millis);
  }

  @Override
  public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMillis)
      throws InterruptedException {
    long left = deadlineMillis - milliseconds();
    Time.SYSTEM.waitObject(object, condition, Time.SYSTEM.milliseconds() + left);
  }
}
