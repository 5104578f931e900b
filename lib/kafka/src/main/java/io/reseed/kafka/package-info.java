/**
 * Reseed's topics over plain Kafka clients: events in and out instead of records ({@link
 * io.reseed.kafka.EventTopics}), publishing ({@link io.reseed.kafka.EventPublisher}), and the
 * newest record of each key of a compacted topic ({@link io.reseed.kafka.FollowedTopic}).
 */
@NullMarked
package io.reseed.kafka;

import org.jspecify.annotations.NullMarked;
