package io.reseed.coordinator;

import java.time.Duration;

/**
 * Does what machines ask for: talks to MySQL, probes, looks things up.
 *
 * <p>An effect starts after the transaction that decided it is committed, on a virtual thread of
 * its own, any number of them at once up to {@link RuntimeConfig.Limits#effectsRunningMax}. Effects
 * of one shard may run at the same time and finish in any order. Each yields exactly one input of
 * its shard, unless this instance loses the shard or dies first: then it is interrupted, its result
 * is dropped, and the new owner's machine gets {@link ShardMachine#resumed}.
 *
 * <p>So an effect may be done, and yet be asked for again: effects must be idempotent, and look at
 * the world before they change it.
 */
public interface EffectRunner<F, I> {

  /**
   * Does the effect and returns what to tell the machine.
   *
   * @throws Exception whatever is thrown becomes {@link #failed}; an {@link InterruptedException}
   *     must not be swallowed, it means that time is up or that the shard has moved away
   */
  I run(String shard, F effect) throws Exception;

  /** How long the effect may run before it is interrupted and {@link #failed}. */
  Duration timeLimit(F effect);

  /**
   * What to tell the machine about an effect that did not return. When this throws, that is a bug:
   * the machine hears nothing of the effect, and has only its own deadline left.
   */
  I failed(String shard, F effect, EffectFailure failure);
}
