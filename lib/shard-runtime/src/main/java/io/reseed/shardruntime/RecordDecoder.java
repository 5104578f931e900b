package io.reseed.shardruntime;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads a record of one topic. Pure and thread-safe. */
@FunctionalInterface
public interface RecordDecoder<I> {

  /**
   * Says what a record is. Key and value may be null (a tombstone has a null value). What this
   * throws is a bug: the record goes to the dead letters as such.
   */
  Decoded<I> decode(ConsumerRecord<byte[], byte[]> record);
}
