/**
 * Runs one pure {@link io.reseed.coordinator.ShardMachine} per shard on Kafka Streams.
 *
 * <p>A service describes itself as a {@link io.reseed.coordinator.ShardService} and starts it with
 * {@link io.reseed.coordinator.ShardRuntime}: instances share the shards by partition, and a
 * shard's state, what it publishes and the offsets of what it read commit together or not at all.
 */
@NullMarked
package io.reseed.coordinator;

import org.jspecify.annotations.NullMarked;
