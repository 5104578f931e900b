package io.reseed.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.SeedingStage;
import io.reseed.events.ValidationFailed;
import io.reseed.events.codec.EncodedEvent;
import io.reseed.events.codec.EventCodec;
import io.reseed.events.codec.EventContext;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ShardName;
import java.net.URI;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class CloudEventTextTest {
  @Test
  void aRecordBecomesOneDocumentOfAttributesAndData() {
    String document = CloudEventText.of(record());
    assertThat(document.lines().limit(8))
        .containsExactly(
            "{",
            "  \"specversion\" : \"1.0\",",
            "  \"id\" : \"id-1\",",
            "  \"source\" : \"/reseed/validator-1\",",
            "  \"type\" : \"io.reseed.validation-failed.v1\",",
            "  \"subject\" : \"commerce/80-\",",
            "  \"time\" : \"2026-11-25T03:00:00Z\",",
            "  \"datacontenttype\" : \"application/json\",");
    assertThat(document)
        .contains("\"backup\" : \"b-1\"", "\"condemned\" : true", "\"code\" : \"PACK_CORRUPT\"");
  }

  private static ConsumerRecord<String, byte[]> record() {
    ValidationFailed event =
        new ValidationFailed(
            ShardName.parse("commerce/80-"),
            "cycle-1",
            "b-1",
            true,
            SeedingStage.RESTORE,
            new Failure("PACK_CORRUPT", FailureClass.BAD_BACKUP, "a bit is wrong", "look at it"),
            ValidationFailed.Next.FRESH_CYCLE);
    EncodedEvent encoded =
        new EventCodec()
            .encode(
                event,
                new EventContext(
                    "id-1",
                    URI.create("/reseed/validator-1"),
                    Instant.parse("2026-11-25T03:00:00Z"),
                    null));
    ConsumerRecord<String, byte[]> record =
        new ConsumerRecord<>("validation-failed", 0, 0, encoded.key(), encoded.value());
    encoded.headers().forEach((name, value) -> record.headers().add(name, value));
    return record;
  }
}
