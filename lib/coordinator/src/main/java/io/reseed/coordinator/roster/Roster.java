package io.reseed.coordinator.roster;

import io.reseed.kafka.InputTopic;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A compacted topic that says what is to be. Whenever an instance takes shards over, it is read
 * whole and compared with their states: a state may have been lost, and a tombstone be gone before
 * anybody read it.
 *
 * @param topic one of the service's inputs
 * @param missed what a shard's state and all that the topic says of the shard come to: what its
 *     machine should have heard; empty for a state that is right. Pure. Called for shards that are
 *     stored or spoken of
 */
public record Roster<S, I>(InputTopic<I> topic, BiFunction<S, List<I>, List<I>> missed) {}
