package io.reseed.events.codec;

import io.reseed.events.Topic;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event ready for a Kafka producer, as a CloudEvent in binary mode: attributes in headers, the
 * JSON document as value. The arrays are handed over, not copied: neither side changes them.
 */
public final class EncodedEvent {
  private final Topic topic;
  private final String key;
  private final String partitionKey;
  private final Map<String, byte[]> headers;
  private final byte @Nullable [] value;

  EncodedEvent(
      Topic topic,
      String key,
      String partitionKey,
      Map<String, byte[]> headers,
      byte @Nullable [] value) {
    this.topic = topic;
    this.key = key;
    this.partitionKey = partitionKey;
    this.headers = Map.copyOf(headers);
    this.value = value;
  }

  /** Where it goes. */
  public Topic topic() {
    return topic;
  }

  /** The record's key. */
  public String key() {
    return key;
  }

  /** What the partition is chosen by. */
  public String partitionKey() {
    return partitionKey;
  }

  /** The CloudEvents attributes and the content type. */
  public Map<String, byte[]> headers() {
    return headers;
  }

  /** The JSON document, or null for a tombstone. */
  public byte @Nullable [] value() {
    return value;
  }
}
