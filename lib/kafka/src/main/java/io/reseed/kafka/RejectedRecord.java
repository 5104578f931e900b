package io.reseed.kafka;

import io.reseed.fleet.FailureCode;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that could not be used.
 *
 * @param record with the topic, partition and offset at which it was first read
 * @param cause whose fault it is
 * @param code stable, for machines
 * @param reason for people
 * @param omittedBytes how many bytes were cut off the end of the record's value to make it fit; 0
 *     when it is whole
 * @param at when that was found, by this instance's clock
 */
public record RejectedRecord(
    ConsumerRecord<byte[], byte[]> record,
    Cause cause,
    FailureCode code,
    String reason,
    int omittedBytes,
    Instant at) {

  /** Whose fault it is that a record could not be used. */
  public enum Cause {
    /** The decoder could not read it. */
    UNREADABLE,
    /** It is larger than {@link RuntimeConfig.Limits#recordBytesMax}, and was not looked at. */
    TOO_LARGE,
    /** Our own code threw when it met the record. */
    BUG
  }
}
