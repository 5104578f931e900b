package io.reseed.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EncodedEvent;
import io.reseed.events.codec.EventCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What lies on topics today must be readable, and written the same, for ever. */
class GoldenFilesTest {
  private final EventCodec codec = new EventCodec();

  @ParameterizedTest
  @EnumSource(Topic.class)
  void theBinaryFileIsReadAndWrittenAgainTheSame(Topic topic) {
    Golden.Message golden = Golden.binary(topic);

    DecodedEvent decoded = codec.decode(topic, golden.key(), golden.headers(), golden.bytes());

    assertThat(decoded).isInstanceOf(DecodedEvent.Valid.class);
    DecodedEvent.Valid valid = (DecodedEvent.Valid) decoded;
    EncodedEvent again = codec.encode(valid.event(), valid.context());
    assertThat(again.key()).isEqualTo(golden.key());
    assertThat(again.partitionKey()).isEqualTo(text(golden.headers().get("ce_subject")));
    assertThat(again.headers().keySet()).isEqualTo(golden.headers().keySet());
    golden
        .headers()
        .forEach((name, value) -> assertThat(again.headers().get(name)).isEqualTo(value));
    assertThat(Golden.parse(again.value())).isEqualTo(golden.value());
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void theBinaryFileFitsTheSchemaAndShowsEveryField(Topic topic) {
    Golden.Message golden = Golden.binary(topic);

    assertThat(Golden.violations(topic, golden.value())).isEmpty();
    assertThat(golden.value().propertyStream().map(entry -> entry.getKey()))
        .containsExactlyInAnyOrderElementsOf(
            Golden.schema(topic)
                .get("properties")
                .propertyStream()
                .map(entry -> entry.getKey())
                .toList());
  }

  @ParameterizedTest
  @EnumSource(
      value = Topic.class,
      names = {"PRIMARY_FAILED", "SHARD_DECLARED"})
  void theStructuredFileSaysTheSameAsTheBinaryOne(Topic topic) {
    Golden.Message structured = Golden.structured(topic);
    Golden.Message binary = Golden.binary(topic);

    DecodedEvent fromStructured =
        codec.decode(topic, structured.key(), structured.headers(), structured.bytes());
    DecodedEvent fromBinary = codec.decode(topic, binary.key(), binary.headers(), binary.bytes());

    assertThat(fromStructured).isInstanceOf(DecodedEvent.Valid.class);
    assertThat(((DecodedEvent.Valid) fromStructured).event())
        .isEqualTo(((DecodedEvent.Valid) fromBinary).event());
    assertThat(((DecodedEvent.Valid) fromStructured).context().time())
        .isEqualTo(Instant.parse("2026-11-21T02:00:00Z"));
  }

  private static String text(byte @Nullable [] value) {
    return value == null ? "" : new String(value, StandardCharsets.UTF_8);
  }
}
