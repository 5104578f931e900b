package io.reseed.coordinator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A decision while it is being made: each event is applied at once, so that later steps see its
 * outcome. For one thread, within one call of {@link ShardMachine#decide}. A service extends it to
 * give it a name, and what its rules need besides.
 */
public abstract class DecisionBuilder<S, E, F> {
  private final List<E> events = new ArrayList<>();
  private final List<F> effects = new ArrayList<>();
  private final BiFunction<S, E, S> apply;
  private final Instant now;
  private S state;

  /**
   * Begins with nothing decided.
   *
   * @param apply {@link ShardMachine#apply}
   */
  protected DecisionBuilder(S state, Instant now, BiFunction<S, E, S> apply) {
    this.state = state;
    this.now = now;
    this.apply = apply;
  }

  /** When the input was taken up, see {@link ShardMachine#decide}. */
  public final Instant now() {
    return now;
  }

  /** The state that the events so far lead to. */
  public final S state() {
    return state;
  }

  /** Decides an event. */
  public final void record(E event) {
    events.add(event);
    state = apply.apply(state, event);
  }

  /** Asks for an effect. */
  public final void request(F effect) {
    effects.add(effect);
  }

  /** All that was decided. */
  public final Decision<E, F> decision() {
    return new Decision<>(events, effects);
  }
}
