package io.reseed.coordinator;

import java.time.Duration;
import java.util.Optional;

/**
 * Does what machines ask for: talks to MySQL, probes, looks things up.
 *
 * <p>An effect starts after the transaction that decided it is committed, on a virtual thread of
 * its own, in its {@link #lane}, where up to {@link RuntimeConfig.Limits#effectsRunningMax} run at
 * once. Effects of one shard may run at the same time and finish in any order. Each yields exactly
 * one input of its shard, unless it is superseded (see {@link #subject}) or its shard is forgotten,
 * or this instance loses the shard or dies first: then it does not begin, or is interrupted, and
 * its result is dropped. In the last two cases the new owner's machine gets {@link
 * ShardMachine#resumed}.
 *
 * <p>So an effect may be done, and yet be asked for again: effects must be idempotent, and look at
 * the world before they change it.
 */
public interface EffectRunner<F, I> {

  /**
   * Does the effect and returns what to tell the machine.
   *
   * @throws Exception whatever is thrown becomes {@link #failed}; an {@link InterruptedException}
   *     must not be swallowed, it means that time is up or that nobody wants the result any longer
   */
  I run(String shard, F effect) throws Exception;

  /**
   * How long the effect may run before it is interrupted and {@link #failed}; the time that it
   * waits for its turn does not count.
   */
  Duration timeLimit(F effect);

  /**
   * What to tell the machine about an effect that did not return. When this throws, that is a bug:
   * the machine hears nothing of the effect, and has only its own deadline left.
   */
  I failed(String shard, F effect, EffectFailure failure);

  /** Where the effect waits for its turn. */
  default Lane lane(F effect) {
    return Lane.WORK;
  }

  /**
   * What the effect is about. At most one effect of a shard about one subject waits or runs: a
   * newer one takes the turn of one that waits, and ends one that runs, unless that {@link
   * #serves}. When the shard's state becomes {@link ShardMachine#initial} they end, too. So such an
   * effect must change nothing outside. Empty for one that is done in any case.
   */
  default Optional<String> subject(F effect) {
    return Optional.empty();
  }

  /** Whether the answer of an effect that runs is one to the effect that is asked for now. */
  default boolean serves(F running, F asked) {
    return running.equals(asked);
  }
}
