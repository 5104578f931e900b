package io.reseed.coordinator;

import io.reseed.kafka.Publication;
import java.util.List;
import java.util.Set;

/** What a service publishes of its events. Pure and thread-safe. */
public interface Publisher<S, E> {

  /** All topics that {@link #publications} may name; checked to exist when the service starts. */
  Set<String> topics();

  /**
   * The records that tell an event, in order; empty for an event that stays inside.
   *
   * @param shard whose machine decided
   * @param event that was decided
   * @param after the state just after this event was applied
   */
  List<Publication> publications(String shard, E event, S after);
}
