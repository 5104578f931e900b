package io.reseed.coordinator;

import java.util.List;

/**
 * What a machine decided about one input.
 *
 * @param events applied in this order, each to the state that the one before left, and published
 *     (see {@link Publisher}) in the same transaction
 * @param effects done outside once that transaction is committed; each comes back as one input
 */
public record Decision<E, F>(List<E> events, List<F> effects) {

  public Decision {
    events = List.copyOf(events);
    effects = List.copyOf(effects);
  }

  /** Nothing follows from the input. */
  public static <E, F> Decision<E, F> nothing() {
    return new Decision<>(List.of(), List.of());
  }
}
