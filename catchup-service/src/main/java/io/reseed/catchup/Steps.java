package io.reseed.catchup;

import io.reseed.coordinator.DecisionBuilder;
import java.time.Instant;

/** A decision of {@link CatchUpMachine} while it is being made. */
final class Steps extends DecisionBuilder<CatchUpState, CatchUpEvent, CatchUpEffect> {
  Steps(CatchUpMachine machine, CatchUpState state, Instant now) {
    super(state, now, machine::apply);
  }
}
