package io.reseed.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** A record to be published. Immutable; two are equal when all their bytes are. */
public final class Publication {
  private final String topic;
  private final String key;
  private final String partitionKey;
  private final Map<String, byte[]> headers;
  private final byte @Nullable [] value;

  private Publication(
      String topic,
      String key,
      String partitionKey,
      Map<String, byte[]> headers,
      byte @Nullable [] value) {
    this.topic = topic;
    this.key = key;
    this.partitionKey = partitionKey;
    this.headers = new TreeMap<>(headers);
    this.value = value;
  }

  /** A record whose key also chooses its partition. */
  public static Publication of(
      String topic, String key, Map<String, byte[]> headers, byte[] value) {
    return new Publication(topic, key, key, headers, value);
  }

  /** A record without a value: it ends what was known about the key in a compacted topic. */
  public static Publication tombstone(String topic, String key, Map<String, byte[]> headers) {
    return new Publication(topic, key, key, headers, null);
  }

  /**
   * This record on the partition of another key: assignments are keyed by seeding id and
   * partitioned by shard. A tombstone must name the same partition key as the records that it ends.
   */
  public Publication partitionedBy(String otherKey) {
    return new Publication(topic, key, otherKey, headers, value);
  }

  public String topic() {
    return topic;
  }

  public String key() {
    return key;
  }

  /** The key that chooses the partition; see {@link ShardPartitioner}. */
  public String partitionKey() {
    return partitionKey;
  }

  /** The headers by name. The arrays are handed over, not copied: neither side changes them. */
  public Map<String, byte[]> headers() {
    return Collections.unmodifiableMap(headers);
  }

  /** The value, or null for a tombstone. The array is handed over, as those of the headers. */
  public byte @Nullable [] value() {
    return value;
  }

  /** What the record takes in a batch, about: key, value and headers. */
  public int sizeBytes() {
    int size = 64 + utf8(key).length + (value == null ? 0 : value.length);
    for (Map.Entry<String, byte[]> header : headers.entrySet()) {
      size += 8 + utf8(header.getKey()).length + header.getValue().length;
    }
    return size;
  }

  /** The headers with values that are equal when their bytes are. */
  private Map<String, ByteBuffer> headerBytes() {
    Map<String, ByteBuffer> bytes = new TreeMap<>();
    headers.forEach((name, header) -> bytes.put(name, ByteBuffer.wrap(header)));
    return bytes;
  }

  /** The headers as Kafka takes them. */
  public RecordHeaders recordHeaders() {
    RecordHeaders records = new RecordHeaders();
    headers.forEach(records::add);
    return records;
  }

  /** A text as the bytes of a key. */
  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What {@link #utf8} wrote. */
  public static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Publication that
        && topic.equals(that.topic)
        && key.equals(that.key)
        && partitionKey.equals(that.partitionKey)
        && headerBytes().equals(that.headerBytes())
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(topic, key, partitionKey, headerBytes(), Arrays.hashCode(value));
  }

  @Override
  public String toString() {
    String size = value == null ? "tombstone" : value.length + " bytes";
    return "Publication[" + topic + ", " + key + " by " + partitionKey + ", " + size + "]";
  }
}
