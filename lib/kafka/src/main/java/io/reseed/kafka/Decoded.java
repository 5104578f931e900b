package io.reseed.kafka;

import io.reseed.fleet.FailureCode;

/** What a record turned out to be. */
public sealed interface Decoded<I> {

  /** An input for the machine of a shard. */
  record Input<I>(String shard, I input) implements Decoded<I> {}

  /**
   * A record that cannot be read: it goes to the dead letters and stops nothing.
   *
   * @param code a stable code for machines
   * @param reason for people: what is wrong, in which field, what to do
   */
  record Rejected<I>(FailureCode code, String reason) implements Decoded<I> {}

  /** A well-formed record that is none of this service's business: skipped without a trace. */
  record Ignored<I>() implements Decoded<I> {}
}
