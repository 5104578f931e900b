package io.reseed.coordinator;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Where the results of effects wait for the stream thread, for as long as this instance holds one
 * task's shards. Each is one of the pending effects, which {@link EffectDispatcher} counts, and
 * under whose lock all but {@link #isExpecting} is called.
 */
final class Mailbox<I> {

  /**
   * An input for a shard.
   *
   * @param subject of the effect, see {@link EffectRunner#subject}; null when it had none
   */
  record Letter<I>(String shard, I input, @Nullable String subject) {}

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

  /** Removes the answers of effects with a subject, for a shard that wants none any longer. */
  List<Letter<I>> dropAnswersAbout(String shard) {
    List<Letter<I>> dropped =
        letters.stream()
            .filter(letter -> letter.subject() != null && letter.shard().equals(shard))
            .toList();
    letters.removeAll(dropped);
    return dropped;
  }

  /** Adds an effect to be given up when the shards are lost. */
  void track(EffectDispatcher.Flight flight) {
    flights.add(flight);
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
