package io.reseed.coordinator;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Where the results of effects wait for the stream thread, for as long as this instance holds one
 * task's shards. Its length is bounded by {@link RuntimeConfig.Limits#effectsPendingMax}, which
 * {@link EffectDispatcher} counts.
 */
final class Mailbox<I> {

  /** An input for a shard; {@code counted} when it is one of the pending effects. */
  record Letter<I>(String shard, I input, boolean counted) {}

  private final Queue<Letter<I>> letters = new ConcurrentLinkedQueue<>();
  private final Set<EffectDispatcher.Flight> flights = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  boolean isClosed() {
    return closed;
  }

  void put(Letter<I> letter) {
    letters.add(letter);
  }

  /** Whether something is there, or an effect is under way whose answer comes here. */
  boolean isExpecting() {
    // in this order: an answer is put here before its flight ends
    return !flights.isEmpty() || !letters.isEmpty();
  }

  /** What is there now, removed; what arrives meanwhile is for the next time. */
  List<Letter<I>> drain() {
    List<Letter<I>> drained = new ArrayList<>();
    for (int left = letters.size(); left > 0; left--) {
      Letter<I> letter = letters.poll();
      if (letter == null) {
        break;
      }
      drained.add(letter);
    }
    return drained;
  }

  /** Adds an effect to be interrupted when the shards are lost; false when they already are. */
  boolean track(EffectDispatcher.Flight flight) {
    flights.add(flight);
    if (closed) {
      flights.remove(flight);
      return false;
    }
    return true;
  }

  void untrack(EffectDispatcher.Flight flight) {
    flights.remove(flight);
  }

  /** The shards are lost: no letter is taken any more. */
  Set<EffectDispatcher.Flight> close() {
    closed = true;
    return Set.copyOf(flights);
  }
}
