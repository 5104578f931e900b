package io.reseed.coordinator;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ForeignText;
import io.reseed.kafka.DeadLetters;
import io.reseed.kafka.Decoded;
import io.reseed.kafka.InputTopic;
import io.reseed.kafka.Publication;
import io.reseed.kafka.RejectedRecord;
import io.reseed.kafka.RejectedRecord.Cause;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads records and makes the dead letters of those that cannot be used; never throws. */
final class RecordIntake<I> {
  private static final Logger LOG = LoggerFactory.getLogger(RecordIntake.class);

  private final DeadLetters deadLetters;
  private final RuntimeConfig.Limits limits;
  private final Counters counters;

  RecordIntake(DeadLetters deadLetters, RuntimeConfig.Limits limits, Counters counters) {
    this.deadLetters = deadLetters;
    this.limits = limits;
    this.counters = counters;
  }

  /** What a record is, or why it cannot be used. */
  sealed interface Reading<I> {
    record Good<I>(Decoded<I> decoded) implements Reading<I> {}

    record Bad<I>(RejectedRecord rejected) implements Reading<I> {}
  }

  Reading<I> read(InputTopic<I> topic, Provenance.Original original, Instant now) {
    ConsumerRecord<byte[], byte[]> record = original.record();
    int omittedBytes = original.omittedBytes();
    if (omittedBytes > 0 || isTooLarge(record)) {
      String reason =
          "%d bytes, of at most %d"
              .formatted(Provenance.sizeBytes(record) + omittedBytes, limits.recordBytesMax());
      FailureCode code = FailureCode.RECORD_TOO_LARGE;
      return bad(new RejectedRecord(record, Cause.TOO_LARGE, code, reason, omittedBytes, now));
    }
    try {
      Decoded<I> decoded = topic.decoder().decode(record);
      return decoded instanceof Decoded.Rejected<I>(FailureCode code, String reason)
          ? bad(new RejectedRecord(record, Cause.UNREADABLE, code, reason, 0, now))
          : new Reading.Good<>(decoded);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      counters.bugs.increment();
      counters
          .lines
          .leftOutBefore("decoder " + topic.name())
          .ifPresent(
              leftOut ->
                  LOG.error(
                      "decoder threw topic={} offset={} leftOut={}",
                      topic.name(),
                      record.offset(),
                      leftOut,
                      e));
      return bad(bug(record, e, now));
    }
  }

  private static <I> Reading<I> bad(RejectedRecord rejected) {
    return new Reading.Bad<>(rejected);
  }

  static RejectedRecord bug(ConsumerRecord<byte[], byte[]> record, Throwable thrown, Instant now) {
    return new RejectedRecord(
        record,
        Cause.BUG,
        FailureCode.MACHINE_THREW,
        ForeignText.shown(String.valueOf(thrown)),
        0,
        now);
  }

  /** What somebody wrote into an internal topic, by the place where it lies. */
  static RejectedRecord foreign(ConsumerRecord<byte[], byte[]> record, Instant now) {
    String reason =
        "a record in internal topic %s that no coordinator put there".formatted(record.topic());
    return new RejectedRecord(record, Cause.UNREADABLE, FailureCode.FOREIGN_RECORD, reason, 0, now);
  }

  private boolean isTooLarge(ConsumerRecord<byte[], byte[]> record) {
    return Provenance.sizeBytes(record) > limits.recordBytesMax();
  }

  /**
   * The record as it may travel through the internal topic: as it is, or, when it is too large to
   * be looked at, without its headers and most of its value.
   */
  Record<byte[], byte[]> routed(Record<byte[], byte[]> record, int partition, long offset) {
    byte[] key = record.key();
    byte[] value = record.value();
    var headers = record.headers();
    int size = Provenance.sizeBytes(Provenance.consumerRecord("", partition, offset, record));
    int omitted = 0;
    if (size > limits.recordBytesMax()) {
      int keep = limits.recordBytesMax() / 4;
      key = key == null || key.length <= keep ? key : Arrays.copyOf(key, keep);
      value = value == null || value.length <= keep ? value : Arrays.copyOf(value, keep);
      headers = new RecordHeaders();
      omitted = size - (key == null ? 0 : key.length) - (value == null ? 0 : value.length);
    }
    int keyBytes = key == null ? -1 : key.length;
    Provenance provenance = new Provenance(partition, offset, keyBytes, omitted);
    return record.withValue(value).withHeaders(provenance.into(headers, key));
  }

  /** The dead letter, cut until it fits; null when the service cannot make one (logged). */
  @Nullable Publication letter(RejectedRecord rejected) {
    counters
        .lines
        .leftOutBefore(rejected.record().topic() + " " + rejected.code())
        .ifPresent(
            leftOut ->
                LOG.warn(
                    "record rejected topic={} partition={} offset={} cause={} code={} leftOut={}"
                        + " reason={}",
                    rejected.record().topic(),
                    rejected.record().partition(),
                    rejected.record().offset(),
                    rejected.cause(),
                    rejected.code(),
                    leftOut,
                    ForeignText.shown(rejected.reason())));
    counters.deadLetters.increment();
    try {
      RejectedRecord shorter = rejected;
      Publication letter = deadLetters.letter(shorter);
      while (letter.sizeBytes() > limits.publicationBytesMax()) {
        shorter = halved(shorter);
        letter = deadLetters.letter(shorter);
      }
      return letter;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      counters.bugs.increment();
      counters
          .lines
          .leftOutBefore("dead letter " + rejected.record().topic())
          .ifPresent(
              leftOut ->
                  LOG.error(
                      "dead letter lost topic={} partition={} offset={} leftOut={}",
                      rejected.record().topic(),
                      rejected.record().partition(),
                      rejected.record().offset(),
                      leftOut,
                      e));
      return null;
    }
  }

  private static RejectedRecord halved(RejectedRecord rejected) {
    ConsumerRecord<byte[], byte[]> record = rejected.record();
    byte[] value = record.value();
    if (value == null || value.length == 0) {
      throw new IllegalStateException("the dead letter is too large without any value, too");
    }
    byte[] half = Arrays.copyOf(value, value.length / 2);
    return new RejectedRecord(
        Provenance.withKeyAndValue(record, record.key(), half),
        rejected.cause(),
        rejected.code(),
        rejected.reason(),
        rejected.omittedBytes() + value.length - half.length,
        rejected.at());
  }
}
