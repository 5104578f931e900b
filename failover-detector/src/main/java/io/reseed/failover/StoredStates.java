package io.reseed.failover;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.coordinator.StateCodec;
import io.reseed.events.codec.EventJson;
import io.reseed.failover.machine.FailoverState;

/** How a shard's state is stored. */
public final class StoredStates {
  private StoredStates() {}

  /** As JSON, without what the next look shows anyway. */
  public static StateCodec<FailoverState> codec() {
    return StateCodec.json(
            JsonMapper.builder().addModule(EventJson.types()).build(),
            FailoverState.class,
            FailoverState.VERSION)
        .keeping(FailoverState::kept);
  }
}
