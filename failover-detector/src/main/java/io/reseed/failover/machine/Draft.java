package io.reseed.failover.machine;

import io.reseed.coordinator.DecisionBuilder;
import java.time.Instant;

/** A decision of {@link FailoverMachine} while it is being made. */
final class Draft extends DecisionBuilder<FailoverState, FailoverEvent, FailoverEffect> {
  Draft(FailoverState state, Instant now) {
    super(state, now, FailoverState::after);
  }

  /** The state, for rules that are only asked about declared shards. */
  DeclaredShard shard() {
    if (state() instanceof DeclaredShard shard) {
      return shard;
    }
    throw new IllegalStateException("not a declared shard: " + state());
  }
}
