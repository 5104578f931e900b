package io.reseed.catchup;

import io.reseed.coordinator.StateCodec;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All seedings of one shard that are in the making, by seeding id. */
record CatchUpState(Map<String, Pursuit> pursuits) {
  /** Raised by what an older version cannot go on with, see {@link StateCodec}. */
  static final int VERSION = 1;

  static final CatchUpState EMPTY = new CatchUpState(Map.of());

  CatchUpState {
    pursuits = Map.copyOf(pursuits);
  }

  Optional<Pursuit> pursuit(String seeding) {
    return Optional.ofNullable(pursuits.get(seeding));
  }

  CatchUpState with(String seeding, @Nullable Pursuit pursuit) {
    Map<String, Pursuit> changed = new TreeMap<>(pursuits);
    if (pursuit == null) {
      changed.remove(seeding);
    } else {
      changed.put(seeding, pursuit);
    }
    return new CatchUpState(changed);
  }
}
