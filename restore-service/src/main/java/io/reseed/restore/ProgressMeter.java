package io.reseed.restore;

import io.reseed.backup.Progress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Makes a rate over the last seconds from progress that is looked at now and then. */
final class ProgressMeter {
  private static final int SAMPLES_MAX = 6;

  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(long nanos, long bytesDone) {}

  /** What a reader of the progress is told. */
  record Reading(long bytesDone, long bytesTotal, long bytesPerSecond, @Nullable String note) {}

  /**
   * Takes a sample.
   *
   * @param nanos any steady clock
   */
  Reading read(Progress progress, @Nullable String note, long nanos) {
    Sample oldest = samples.peekFirst();
    if (oldest != null && oldest.bytesDone() > progress.bytesDone()) {
      samples.clear(); // another run began
      oldest = null;
    }
    long rate = 0;
    if (oldest != null && nanos > oldest.nanos()) {
      double seconds = (nanos - oldest.nanos()) / 1e9;
      rate = Math.round((progress.bytesDone() - oldest.bytesDone()) / seconds);
    }
    samples.addLast(new Sample(nanos, progress.bytesDone()));
    if (samples.size() > SAMPLES_MAX) {
      samples.removeFirst();
    }
    return new Reading(progress.bytesDone(), progress.bytesTotal(), rate, note);
  }
}
