package io.reseed.coordinator;

import io.reseed.kafka.RepeatedLines;
import java.util.concurrent.atomic.LongAdder;

/** What the tasks of an instance count, for {@link RuntimeMetrics} and for the log. */
final class Counters {
  /** Of all tasks together: one reader, one limit. */
  final RepeatedLines lines = new RepeatedLines();

  final LongAdder inputs = new LongAdder();
  final LongAdder outdated = new LongAdder();
  final LongAdder events = new LongAdder();
  final LongAdder publications = new LongAdder();
  final LongAdder deadLetters = new LongAdder();
  final LongAdder bugs = new LongAdder();
  final LongAdder effectsStarted = new LongAdder();
  final LongAdder effectsFailed = new LongAdder();
  final LongAdder effectsCancelled = new LongAdder();
  final LongAdder threadsReplaced = new LongAdder();

  RuntimeMetrics read(long effectsPending, long shards) {
    return new RuntimeMetrics(
        inputs.sum(),
        outdated.sum(),
        events.sum(),
        publications.sum(),
        deadLetters.sum(),
        bugs.sum(),
        effectsStarted.sum(),
        effectsFailed.sum(),
        effectsCancelled.sum(),
        effectsPending,
        threadsReplaced.sum(),
        shards);
  }
}
