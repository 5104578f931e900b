/**
 * Runs one pure {@link io.reseed.shardruntime.ShardMachine} per shard on Kafka Streams.
 *
 * <p>A service describes itself as a {@link io.reseed.shardruntime.ShardService} and starts it with
 * {@link io.reseed.shardruntime.ShardRuntime}: instances share the shards by partition, and a
 * shard's state, what it publishes and the offsets of what it read commit together or not at all.
 * Beside it stand the two plain Kafka clients that agents need: {@link
 * io.reseed.shardruntime.CompactedView} and {@link io.reseed.shardruntime.EventPublisher}.
 */
@NullMarked
package io.reseed.shardruntime;

import org.jspecify.annotations.NullMarked;
