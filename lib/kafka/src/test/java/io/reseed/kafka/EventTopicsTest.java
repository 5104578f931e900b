package io.reseed.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.DeadLetter;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EventCodec;
import io.reseed.fleet.FailureCode;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class EventTopicsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T02:00:00Z");

  private final EventTopics topics = new EventTopics("test-", "failover-detector", "one");

  @Test
  void aDeadLetterFitsHoweverLargeAStrangersKeyHeadersAndValueAre() {
    byte[] hostile = "\u0001".repeat(100_000).getBytes(UTF_8);
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < 200; i++) {
      headers.add("\u0002".repeat(5_000) + i, hostile);
      headers.add("header-" + i, null);
    }
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            "test-primary-failed",
            1,
            42,
            NOW.toEpochMilli(),
            TimestampType.CREATE_TIME,
            hostile.length,
            1_000_000,
            hostile,
            new byte[1_000_000],
            headers,
            Optional.empty());

    Publication letter =
        topics
            .deadLetters()
            .letter(
                new RejectedRecord(
                    record,
                    RejectedRecord.Cause.UNREADABLE,
                    FailureCode.MALFORMED_JSON,
                    "\u0003".repeat(10_000),
                    0,
                    NOW));

    byte[] value = letter.value();
    assertThat(value).isNotNull().hasSizeLessThan(EventCodec.VALUE_BYTES_MAX);
    DecodedEvent decoded =
        new EventCodec().decode(Topic.DEAD_LETTERS, letter.key(), letter.headers(), value);
    assertThat(decoded)
        .isInstanceOfSatisfying(
            DecodedEvent.Valid.class,
            valid -> {
              DeadLetter read = (DeadLetter) valid.event();
              assertThat(read.sourceTopic()).isEqualTo("test-primary-failed");
              assertThat(read.sourceOffset()).isEqualTo(42);
              assertThat(read.failure().code()).isEqualTo("MALFORMED_JSON");
            });
  }
}
