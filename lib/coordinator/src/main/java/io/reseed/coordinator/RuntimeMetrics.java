package io.reseed.coordinator;

import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Counts since this instance started, and what is so at this moment. Counted when it happens: after
 * an aborted transaction the same input counts again.
 *
 * @param inputs taken up by machines, of every kind
 * @param outdated records that were passed over because newer ones of their topic were acted upon
 * @param events decided
 * @param publications sent
 * @param deadLetters records given up, bugs among them
 * @param bugs times our own code threw
 * @param effectsStarted handed to threads
 * @param effectsFailed that threw or timed out
 * @param effectsCancelled that were superseded, or whose shard was forgotten or moved away
 * @param effectsPending waiting, at work, or done and waiting to be taken up: now
 * @param threadsReplaced stream threads that died and were replaced
 * @param shards with a stored state on this instance: now
 */
public record RuntimeMetrics(
    long inputs,
    long outdated,
    long events,
    long publications,
    long deadLetters,
    long bugs,
    long effectsStarted,
    long effectsFailed,
    long effectsCancelled,
    long effectsPending,
    long threadsReplaced,
    long shards) {

  /** The gauges that every coordinator shows, by name. */
  public static Map<String, ToDoubleFunction<RuntimeMetrics>> gauges() {
    return Map.of(
        "reseed.shards", RuntimeMetrics::shards,
        "reseed.inputs", RuntimeMetrics::inputs,
        "reseed.inputs.outdated", RuntimeMetrics::outdated,
        "reseed.dead.letters", RuntimeMetrics::deadLetters,
        "reseed.bugs", RuntimeMetrics::bugs,
        "reseed.effects.pending", RuntimeMetrics::effectsPending,
        "reseed.effects.failed", RuntimeMetrics::effectsFailed,
        "reseed.effects.cancelled", RuntimeMetrics::effectsCancelled);
  }
}
