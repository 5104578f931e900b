package io.reseed.failover;

import io.reseed.coordinator.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A decision while it is being made: what was recorded so far, and the state that it leads to. Used
 * by one thread, within one call of {@link FailoverMachine#decide}.
 */
final class Draft {
  private final Instant now;
  private final List<FailoverEvent> events = new ArrayList<>();
  private final List<FailoverEffect> effects = new ArrayList<>();
  private FailoverState state;

  Draft(FailoverState state, Instant now) {
    this.state = state;
    this.now = now;
  }

  Instant now() {
    return now;
  }

  FailoverState state() {
    return state;
  }

  /** The state, for rules that are only asked about declared shards. */
  DeclaredShard shard() {
    if (state instanceof DeclaredShard shard) {
      return shard;
    }
    throw new IllegalStateException("not a declared shard: " + state);
  }

  void record(FailoverEvent event) {
    events.add(event);
    state = state.after(event);
  }

  void request(FailoverEffect effect) {
    effects.add(effect);
  }

  Decision<FailoverEvent, FailoverEffect> decision() {
    return new Decision<>(events, effects);
  }
}
