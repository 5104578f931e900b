package io.reseed.coordinator;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Where a record was first read, and what was cut off it; carried through the internal topic of a
 * repartitioned input in a header, so that its dead letter names the place where it really lies.
 */
record Provenance(int partition, long offset, int keyBytes, int omittedBytes) {
  static final String HEADER = "reseed-provenance";
  private static final int NO_KEY = -1;
  private static final int FIXED_BYTES = 4 + 8 + 4 + 4;

  /** What a header takes beside its name and value: a million empty ones are not nothing. */
  private static final int HEADER_OVERHEAD_BYTES = 8;

  /** The headers of the record on its way through the internal topic. */
  Headers into(Headers headers, byte @Nullable [] key) {
    int length = key == null ? 0 : key.length;
    ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + length);
    bytes.putInt(partition).putLong(offset).putInt(key == null ? NO_KEY : length);
    bytes.putInt(omittedBytes).put(key == null ? new byte[0] : key);
    RecordHeaders marked = new RecordHeaders(headers);
    marked.remove(HEADER);
    marked.add(HEADER, bytes.array());
    return marked;
  }

  /** A record as it was first read, and what was cut off it. */
  record Original(ConsumerRecord<byte[], byte[]> record, int omittedBytes) {}

  /**
   * The record that lay in the named topic before it went through the internal one; empty when it
   * never did: whoever may write there has put in what they liked.
   */
  static Optional<Original> original(String topic, Record<byte[], byte[]> routed) {
    return carried(routed.headers().lastHeader(HEADER))
        .map(
            carried -> {
              RecordHeaders headers = new RecordHeaders(routed.headers());
              headers.remove(HEADER);
              ConsumerRecord<byte[], byte[]> first =
                  consumerRecord(
                      topic,
                      carried.from.partition(),
                      carried.from.offset(),
                      routed.withHeaders(headers));
              return new Original(
                  withKeyAndValue(first, carried.key, first.value()), carried.from.omittedBytes());
            });
  }

  /** What the header says. */
  private static final class Carried {
    private final Provenance from;
    private final byte @Nullable [] key;

    private Carried(Provenance from, byte @Nullable [] key) {
      this.from = from;
      this.key = key;
    }
  }

  private static Optional<Carried> carried(@Nullable Header header) {
    byte[] value = header == null ? null : header.value();
    if (value == null || value.length < FIXED_BYTES) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(value);
    Provenance from =
        new Provenance(bytes.getInt(), bytes.getLong(), bytes.getInt(), bytes.getInt());
    // compared first: a length that somebody made up must not make us take gigabytes
    boolean whole = bytes.remaining() == Math.max(0, from.keyBytes);
    if (!whole || from.partition < 0 || from.offset < 0 || from.keyBytes < NO_KEY) {
      return Optional.empty();
    }
    byte[] key = from.keyBytes == NO_KEY ? null : new byte[from.keyBytes];
    if (key != null) {
      bytes.get(key);
    }
    return from.omittedBytes < 0 ? Optional.empty() : Optional.of(new Carried(from, key));
  }

  /** A record with the given place, as the decoders know it. */
  static ConsumerRecord<byte[], byte[]> consumerRecord(
      String topic, int partition, long offset, Record<byte[], byte[]> record) {
    ConsumerRecord<byte[], byte[]> at =
        new ConsumerRecord<>(
            topic,
            partition,
            offset,
            record.timestamp(),
            TimestampType.CREATE_TIME,
            ConsumerRecord.NULL_SIZE,
            ConsumerRecord.NULL_SIZE,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty());
    return withKeyAndValue(at, record.key(), record.value());
  }

  /** A copy of the record with another key and value. */
  static ConsumerRecord<byte[], byte[]> withKeyAndValue(
      ConsumerRecord<byte[], byte[]> record, byte @Nullable [] key, byte @Nullable [] value) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        size(key),
        size(value),
        key,
        value,
        record.headers(),
        Optional.empty());
  }

  /** What a record takes, about: key, value and headers. */
  static int sizeBytes(ConsumerRecord<byte[], byte[]> record) {
    int size = Math.max(0, size(record.key())) + Math.max(0, size(record.value()));
    for (Header header : record.headers()) {
      size += HEADER_OVERHEAD_BYTES + header.key().length() + Math.max(0, size(header.value()));
    }
    return size;
  }

  private static int size(byte @Nullable [] bytes) {
    return bytes == null ? ConsumerRecord.NULL_SIZE : bytes.length;
  }
}
