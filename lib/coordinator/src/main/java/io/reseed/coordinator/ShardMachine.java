package io.reseed.coordinator;

import io.reseed.coordinator.clock.SteadyClock;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides for one shard. Pure: no clock, no randomness, no I/O, no fields that change.
 *
 * <p>The runtime calls a machine for one input of a shard at a time, and from several threads for
 * several shards. Each input is decided and applied whole or not at all: when any method throws,
 * the shard's state stays as it was, and the record goes to the dead letters as a bug.
 *
 * @param <S> the state of a shard; immutable, with {@code equals} by value (a state equal to {@link
 *     #initial} is not stored)
 * @param <I> what a machine is told: facts from topics, results of effects, timers
 * @param <E> what has been decided; the only thing that changes a state
 * @param <F> what is to be done outside; see {@link EffectRunner}
 */
public interface ShardMachine<S, I, E, F> {

  /** The state of a shard of which nothing was heard yet. */
  S initial(String shard);

  /**
   * Decides what follows from an input; changes nothing.
   *
   * @param now when the input was taken up, by a clock that does not jump with the wall clock, see
   *     {@link SteadyClock}; the only one by which deadlines are judged. It is another one after
   *     {@link #resumed}: what a state says of times is then by the clock of another host or
   *     process, and of a time in which nobody listened.
   */
  Decision<E, F> decide(S state, I input, Instant now);

  /** The state after an event: total, and the same whenever it is called. */
  S apply(S state, E event);

  /**
   * The input that each stored shard gets first after a start, a restart or a rebalance.
   *
   * <p>Effects in flight at that moment are lost or were done without their result being seen, so
   * the machine must ask the world again: issue the effects again that its state waits for. Every
   * deadline begins anew: what was waited for before may have come while nobody listened, and the
   * clock by which it was set may have been wrong by any amount.
   */
  I resumed();

  /** The input that a shard gets when its {@link #wakeAt} is due. */
  I timerFired();

  /**
   * The next deadline of a state, or empty for none. Timers are data in the state: nothing else
   * remembers them. Fires at most some 100 ms late; a deadline that stays due after it fired (the
   * state kept it) fires again once a second.
   */
  Optional<Instant> wakeAt(S state);
}
