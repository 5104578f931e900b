package io.reseed.coordinator;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/**
 * Who waits in which {@link Lane}, and who has a place in one. Knows neither threads nor time; not
 * thread-safe.
 *
 * @param <R> what waits, by identity
 */
final class EffectLanes<R> {
  /** Those that linger, in multiples of a lane: what only waits costs little. */
  private static final int LINGERING_WIDTHS = 8;

  private final RuntimeConfig.Limits limits;
  private final Map<Lane, SequencedSet<R>> waiting = new EnumMap<>(Lane.class);
  private final Map<Lane, Integer> used = new EnumMap<>(Lane.class);
  private final Map<R, Lane> places = new HashMap<>();
  private final Set<R> lingering = new HashSet<>();

  EffectLanes(RuntimeConfig.Limits limits) {
    this.limits = limits;
    for (Lane lane : Lane.values()) {
      waiting.put(lane, new LinkedHashSet<>());
      used.put(lane, 0);
    }
  }

  /** Waits in the lane from now on; who waits there already keeps its turn. */
  void queue(R one, Lane lane) {
    waiting.forEach(
        (other, line) -> {
          if (other != lane) {
            line.remove(one);
          }
        });
    line(lane).add(one);
  }

  /** Waits no longer; false when it did not wait. */
  boolean leave(R one) {
    return waiting.values().stream().anyMatch(line -> line.remove(one));
  }

  /** Those whose turn it is; each has its place until {@link #end}. */
  List<R> begin() {
    List<R> begun = new ArrayList<>();
    for (Lane lane : Lane.values()) {
      SequencedSet<R> line = line(lane);
      while (!line.isEmpty() && used(lane) < lane.places(limits)) {
        R next = line.removeFirst();
        places.put(next, lane);
        used.merge(lane, 1, Integer::sum);
        begun.add(next);
      }
    }
    return begun;
  }

  /** Gives its place back and runs on, if there is room for those that do. */
  void linger(R one) {
    Lane lane = places.get(one);
    if (lane != null
        && lane.mayLinger()
        && lingering.size() < LINGERING_WIDTHS * limits.effectsRunningMax()) {
      leavePlace(one);
      lingering.add(one);
    }
  }

  /** Runs no longer. */
  void end(R one) {
    lingering.remove(one);
    leavePlace(one);
  }

  private void leavePlace(R one) {
    Lane lane = places.remove(one);
    if (lane != null) {
      used.merge(lane, -1, Integer::sum);
    }
  }

  /** How many wait for their turn. */
  int waiting() {
    return waiting.values().stream().mapToInt(Set::size).sum();
  }

  /** How many run. */
  int running() {
    return places.size() + lingering.size();
  }

  private SequencedSet<R> line(Lane lane) {
    return waiting.computeIfAbsent(lane, _ -> new LinkedHashSet<>());
  }

  private int used(Lane lane) {
    return used.getOrDefault(lane, 0);
  }
}
