package io.reseed.kafka;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads a record of one topic. Pure and thread-safe. */
@FunctionalInterface
public interface RecordDecoder<I> {

  /**
   * Says what a record is. Key and value may be null (a tombstone has a null value). What this
   * throws is a bug: the record goes to the dead letters as such.
   */
  Decoded<I> decode(ConsumerRecord<byte[], byte[]> record);

  /** A record's headers by name; of several with one name the last, of a null value none. */
  static Map<String, byte[]> headers(ConsumerRecord<byte[], byte[]> record) {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      byte[] value = header.value();
      if (value != null) {
        headers.put(header.key(), value);
      }
    }
    return headers;
  }

  /** A record's key as text, or null for none. */
  static @Nullable String key(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    return key == null ? null : Publication.text(key);
  }
}
