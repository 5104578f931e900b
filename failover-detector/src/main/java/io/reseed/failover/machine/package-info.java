/**
 * The detector's decisions: a pure machine per shard, its states, and what it reads of the servers.
 * Knows neither Kafka nor MySQL nor a clock.
 */
@NullMarked
package io.reseed.failover.machine;

import org.jspecify.annotations.NullMarked;
