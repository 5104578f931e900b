package io.reseed.agent;

import java.util.ArrayDeque;
import java.util.Deque;

/** Makes a rate over the last seconds from progress that is looked at now and then. */
final class ProgressMeter {
  private static final int SAMPLES_MAX = 6;

  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(long nanos, long bytesDone) {}

  /**
   * Takes a sample and gives the rate in bytes per second; 0 for the first.
   *
   * @param nanos any steady clock
   */
  long rate(long bytesDone, long nanos) {
    Sample oldest = samples.peekFirst();
    if (oldest != null && oldest.bytesDone() > bytesDone) {
      samples.clear(); // another run began
      oldest = null;
    }
    long rate = 0;
    if (oldest != null && nanos > oldest.nanos()) {
      rate = Math.round((bytesDone - oldest.bytesDone()) / ((nanos - oldest.nanos()) / 1e9));
    }
    samples.addLast(new Sample(nanos, bytesDone));
    if (samples.size() > SAMPLES_MAX) {
      samples.removeFirst();
    }
    return rate;
  }
}
