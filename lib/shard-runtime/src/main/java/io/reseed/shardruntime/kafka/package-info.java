/**
 * What all Kafka clients of a service share: which settings are the operator's and which are its
 * own, and what it means when a broker refuses a client.
 */
@NullMarked
package io.reseed.shardruntime.kafka;

import org.jspecify.annotations.NullMarked;
