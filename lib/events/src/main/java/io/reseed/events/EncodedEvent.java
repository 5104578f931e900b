package io.reseed.events;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event ready for a Kafka producer, as a CloudEvent in binary mode: attributes in headers, the
 * JSON document as value.
 *
 * @param key the record's key
 * @param partitionKey what the partition is chosen by
 * @param value the JSON document, or null for a tombstone
 */
public record EncodedEvent(
    Topic topic,
    String key,
    String partitionKey,
    Map<String, byte[]> headers,
    byte @Nullable [] value) {}
