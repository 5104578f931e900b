package io.reseed.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EncodedEvent;
import io.reseed.events.codec.EventCodec;
import io.reseed.events.codec.EventContext;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ForeignText;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {
  private static final String VALID =
      """
      {"shard":"commerce/-80","failed":"db1:3306","promoted":"db2:3306","reason":"dead",
       "occurredAt":"2026-11-21T02:00:00Z","incident":"i-1","publisher":"orchestrator"}\
      """;
  private static final PrimaryFailed EVENT =
      new PrimaryFailed(
          ShardName.parse("commerce/-80"),
          ServerAddress.parse("db1:3306"),
          ServerAddress.parse("db2:3306"),
          "dead",
          Instant.parse("2026-11-21T02:00:00Z"),
          "i-1",
          "orchestrator");
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final EventCodec codec = new EventCodec();

  @Test
  void writesTheBindingOfCloudEventsInBinaryMode() {
    EncodedEvent encoded =
        codec.encode(
            EVENT,
            new EventContext(
                "e-1", URI.create("/ops/hook"), Instant.parse("2026-11-21T02:00:01Z"), TRACE));

    assertThat(encoded.key()).isEqualTo("commerce/-80");
    assertThat(encoded.partitionKey()).isEqualTo("commerce/-80");
    Map<String, String> headers = new HashMap<>();
    encoded.headers().forEach((name, value) -> headers.put(name, text(value)));
    assertThat(headers)
        .containsOnly(
            Map.entry("ce_specversion", "1.0"),
            Map.entry("ce_id", "e-1"),
            Map.entry("ce_source", "/ops/hook"),
            Map.entry("ce_type", "io.reseed.primary-failed.v1"),
            Map.entry("ce_subject", "commerce/-80"),
            Map.entry("ce_time", "2026-11-21T02:00:01Z"),
            Map.entry("content-type", "application/json"),
            Map.entry("traceparent", TRACE));
    assertThat(text(encoded.value())).isEqualToIgnoringWhitespace(VALID);
  }

  @Test
  void readsWhatItWrites() {
    EventContext context =
        new EventContext(
            "e-1", URI.create("/ops/hook"), Instant.parse("2026-11-21T02:00:01Z"), TRACE);
    EncodedEvent encoded = codec.encode(EVENT, context);

    assertThat(codec.decode(encoded.topic(), encoded.key(), encoded.headers(), encoded.value()))
        .isEqualTo(new DecodedEvent.Valid(EVENT, context));
  }

  @Test
  void readsTheStructuredMode() {
    String envelope =
        """
        {"specversion":"1.0","id":"e-1","source":"/ops","type":"io.reseed.primary-failed.v1",
         "traceparent":"%s","data":%s}\
        """
            .formatted(TRACE, VALID);
    Map<String, byte[]> headers =
        Map.of("content-type", bytes("application/cloudevents+json; charset=UTF-8"));

    assertThat(codec.decode(Topic.PRIMARY_FAILED, null, headers, bytes(envelope)))
        .isEqualTo(
            new DecodedEvent.Valid(
                EVENT, new EventContext("e-1", URI.create("/ops"), null, TRACE)));
  }

  @Test
  void readsRecordsWithoutContentTypeWithAnotherKeyAndWithUnknownFields() {
    String document = VALID.replace("{\"shard\"", "{\"color\":{\"a\":[1,{}]},\"shard\"");

    assertThat(codec.decode(Topic.PRIMARY_FAILED, "odd", headers(), bytes(document)))
        .isInstanceOfSatisfying(
            DecodedEvent.Valid.class, valid -> assertThat(valid.event()).isEqualTo(EVENT));
  }

  @Test
  void takesAForeignContentTypeAndABrokenTraceContextWithoutHarm() {
    Map<String, byte[]> headers = headers();
    headers.put("content-type", bytes("text/plain"));
    headers.put("traceparent", bytes("nonsense"));

    assertThat(codec.decode(Topic.PRIMARY_FAILED, null, headers, bytes(VALID)))
        .isInstanceOfSatisfying(
            DecodedEvent.Valid.class, valid -> assertThat(valid.context().traceparent()).isNull());
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void readsTombstonesOnCompactedTopicsOnly(Topic topic) {
    Map<String, byte[]> subject = Map.of("ce_subject", bytes("shard"));
    DecodedEvent decoded = codec.decode(topic, "key", subject, null);

    if (topic.cleanup() == Topic.Cleanup.COMPACT) {
      assertThat(decoded).isEqualTo(new DecodedEvent.Tombstone(topic, "key", "shard"));
      EncodedEvent tombstone = codec.tombstone(topic, "key", "shard");
      assertThat(tombstone.key()).isEqualTo("key");
      assertThat(tombstone.partitionKey()).isEqualTo("shard");
      assertThat(tombstone.value()).isNull();
      assertThat(tombstone.headers()).containsOnlyKeys("ce_subject");
      assertThat(codec.decode(topic, "key", tombstone.headers(), null)).isEqualTo(decoded);
      assertThat(codec.decode(topic, "key", Map.of(), null))
          .isEqualTo(new DecodedEvent.Tombstone(topic, "key", null));
    } else {
      assertRejected(decoded, "EMPTY_RECORD", topic.baseName());
      assertThatThrownBy(() -> codec.tombstone(topic, "key", "shard"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nINFO forged", "\u001b[2J", "", " ", "a/b\u0000", "ü"})
  void rejectsTombstonesOfWhatIsNobodysKeyAndShowsItOnOneLine(String key) {
    for (DecodedEvent decoded :
        List.of(
            codec.decode(Topic.SHARD_DECLARED, key, Map.of(), null),
            codec.decode(Topic.SHARD_DECLARED, "c/1", Map.of("ce_subject", bytes(key)), null))) {
      assertRejected(decoded, "INVALID_FIELD", ForeignText.shown(key));
      assertThat(((DecodedEvent.Rejected) decoded).message()).doesNotContain("\n", "\u001b");
    }
    DecodedEvent huge = codec.decode(Topic.SHARD_DECLARED, "k".repeat(600_000), Map.of(), null);
    assertThat(((DecodedEvent.Rejected) huge).message()).hasSizeLessThan(700);
  }

  /** Whatever is quoted of a record, a reason is one line that can be logged. */
  @Test
  void reasonsAreOneLineThatATerminalDoesNotObey() {
    Map<String, byte[]> type = headers();
    type.put("ce_type", bytes("a\n\u001b[2J"));
    Map<String, byte[]> source = headers();
    source.put("ce_source", bytes("\u001b[2J\n not a uri"));
    for (DecodedEvent decoded :
        List.of(
            codec.decode(Topic.PRIMARY_FAILED, null, type, bytes(VALID)),
            codec.decode(Topic.PRIMARY_FAILED, null, source, bytes(VALID)),
            codec.decode(Topic.PRIMARY_FAILED, null, headers(), bytes("{\n\u001b[2J")),
            codec.decode(
                Topic.PRIMARY_FAILED, null, headers(), bytes("{\"shard\":\"a\\n\\u001b[2J\"}")))) {
      assertThat(decoded)
          .isInstanceOfSatisfying(
              DecodedEvent.Rejected.class,
              rejected -> assertThat(rejected.message()).doesNotContain("\n", "\u001b"));
    }
  }

  @Test
  void rejectsARecordThatIsTooLargeWithoutReadingIt() {
    byte[] large = new byte[EventCodec.VALUE_BYTES_MAX + 1];

    assertRejected(
        codec.decode(Topic.PRIMARY_FAILED, null, headers(), large), "RECORD_TOO_LARGE", "900001");
  }

  @Test
  void rejectsPlainJsonAndNamesTheHeadersItNeeds() {
    DecodedEvent decoded = codec.decode(Topic.PRIMARY_FAILED, null, Map.of(), bytes(VALID));

    assertRejected(decoded, "NOT_A_CLOUD_EVENT", "primary-failed");
    assertThat(((DecodedEvent.Rejected) decoded).failure().hint())
        .contains("ce_specversion=1.0", "ce_id", "ce_source", "io.reseed.primary-failed.v1");
  }

  @ParameterizedTest
  @CsvSource({"ce_id", "ce_source", "ce_type", "ce_specversion"})
  void rejectsARecordWithoutARequiredAttribute(String attribute) {
    Map<String, byte[]> headers = headers();
    headers.remove(attribute);

    assertRejected(
        codec.decode(Topic.PRIMARY_FAILED, null, headers, bytes(VALID)),
        "NOT_A_CLOUD_EVENT",
        "primary-failed");
  }

  @ParameterizedTest
  @CsvSource({
    "io.reseed.shard-declared.v1, WRONG_EVENT_TYPE",
    "io.reseed.primary-failed.v2, UNKNOWN_EVENT_TYPE",
    "com.example.thing, UNKNOWN_EVENT_TYPE"
  })
  void rejectsEventsOfAnotherType(String type, String code) {
    Map<String, byte[]> headers = headers();
    headers.put("ce_type", bytes(type));

    assertRejected(codec.decode(Topic.PRIMARY_FAILED, null, headers, bytes(VALID)), code, type);
  }

  static Stream<String> malformed() {
    return Stream.of(
        "{",
        "not json",
        VALID + "{}",
        "{\"shard\":\"a/b\",\"shard\":\"a/c\"}",
        "{\"x\":" + "[".repeat(100) + "]".repeat(100) + "}",
        "{\"x\":" + "9".repeat(1000) + "}");
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void rejectsMalformedJson(String document) {
    assertRejected(
        codec.decode(Topic.PRIMARY_FAILED, null, headers(), bytes(document)),
        "MALFORMED_JSON",
        "primary-failed");
  }

  static Stream<Arguments> invalid() {
    return Stream.of(
        Arguments.of(
            "\"shard\":\"commerce/-80\"", "\"shard\":\"commerce\"", "field 'shard' must be"),
        Arguments.of("\"shard\":\"commerce/-80\",", "", "field 'shard' is missing"),
        Arguments.of("\"shard\":\"commerce/-80\"", "\"shard\":5", "field 'shard' must be a string"),
        Arguments.of(
            "\"shard\":\"commerce/-80\"", "\"shard\":{}", "field 'shard' must be a string"),
        Arguments.of("\"db1:3306\"", "\"db1\"", "field 'failed' must be 'host:port'"),
        Arguments.of(
            "\"db1:3306\"", "\"db1:99999\"", "field 'failed' must have a port between 1 and 65535"),
        Arguments.of("\"db1:3306\"", "null", "field 'failed' is missing"),
        Arguments.of("\"db1:3306\"", "\"db2:3306\"", "field 'promoted' must differ"),
        Arguments.of("\"dead\"", "7", "field 'reason' must be a string"),
        Arguments.of(
            "\"2026-11-21T02:00:00Z\"", "1700000000", "field 'occurredAt' must be a string"),
        Arguments.of("\"2026-11-21T02:00:00Z\"", "\"today\"", "field 'occurredAt' must be a time"),
        Arguments.of("\"orchestrator\"", "\"\"", "field 'publisher' must be 1 to 200 letters"),
        Arguments.of(VALID, "null", "the document must be a JSON object"),
        Arguments.of(VALID, "[]", "the document must be a JSON object"),
        Arguments.of(VALID, "5", "the document must be a JSON object"));
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void namesTheFieldAndTheRuleThatItBreaks(String part, String replacement, String message) {
    String document = VALID.replace(part, replacement);
    assertThat(document).isNotEqualTo(VALID);

    assertRejected(
        codec.decode(Topic.PRIMARY_FAILED, null, headers(), bytes(document)),
        "INVALID_FIELD",
        message);
  }

  static Stream<Arguments> nested() {
    return Stream.of(
        Arguments.of(
            "\"db1:3306\",\"role\"", "\"db1\",\"role\"", "field 'members[1].server' must be"),
        Arguments.of(
            "\"role\":\"PRIMARY\"", "\"role\":\"BOSS\"", "field 'members[0].role' must be one of"),
        Arguments.of(
            "\"role\":\"PRIMARY\"", "\"role\":0", "field 'members[0].role' must be one of"),
        Arguments.of("\"role\":\"PRIMARY\",", "", "field 'members[0].role' is missing"),
        Arguments.of(
            "\"attempt\":1", "\"attempt\":0", "field 'seedings[0].attempt' must be at least"),
        Arguments.of(
            "\"attempt\":1", "\"attempt\":\"1\"", "field 'seedings[0].attempt' must be a whole"),
        Arguments.of(
            "\"attempt\":1", "\"attempt\":1.5", "field 'seedings[0].attempt' must be a whole"),
        Arguments.of("\"attempt\":1,", "", "field 'seedings[0].attempt' is missing"),
        Arguments.of("\"attempt\":1", "\"attempt\":null", "field 'seedings[0].attempt' is missing"),
        Arguments.of("\"replicasDesired\":2,", "", "field 'replicasDesired' is missing"),
        Arguments.of("\"members\":[", "\"members\":[null,", "field 'members' is missing"));
  }

  @ParameterizedTest
  @MethodSource("nested")
  void namesNestedFieldsByTheirPath(String part, String replacement, String message) {
    String status =
        """
        {"shard":"a/b","condition":"REPAIRING","headline":"h","replicasDesired":2,"members":[
        {"server":"db0:3306","role":"PRIMARY","health":"HEALTHY"},
        {"server":"db1:3306","role":"REPLICA","health":"HEALTHY","lagMillis":3}],
        "seedings":[{"seeding":"s","attempt":1,"host":"h","stage":"RESTORE"}],
        "updatedAt":"2026-11-21T02:00:00Z"}\
        """;
    Map<String, byte[]> headers = headers();
    headers.put("ce_type", bytes("io.reseed.shard-status.v1"));
    assertThat(codec.decode(Topic.SHARD_STATUS, null, headers, bytes(status)))
        .isInstanceOf(DecodedEvent.Valid.class);
    assertThat(status).contains(part);

    assertRejected(
        codec.decode(Topic.SHARD_STATUS, null, headers, bytes(status.replace(part, replacement))),
        "INVALID_FIELD",
        message);
  }

  @Test
  void cutsWhatItQuotesFromAHostileRecord() {
    String document = VALID.replace("db1:3306", "x".repeat(500_000));

    DecodedEvent decoded = codec.decode(Topic.PRIMARY_FAILED, null, headers(), bytes(document));

    assertRejected(decoded, "INVALID_FIELD", "failed");
    assertThat(((DecodedEvent.Rejected) decoded).failure().message()).hasSizeLessThan(2_100);
  }

  @Test
  void keepsBothOriginsApart() {
    for (SeedingOrigin origin :
        List.of(
            new SeedingOrigin.Backup("b-1"),
            new SeedingOrigin.Donor(ServerAddress.parse("db2:3306")))) {
      var assigned =
          new SeedingAssigned(
              ShardName.parse("a/b"),
              "s-1",
              1,
              SeedingPurpose.REPLICA,
              SeedingAssigned.Goal.MAKE,
              "host1",
              ServerAddress.parse("db1:3306"),
              ServerAddress.parse("db1:3306"),
              origin,
              null);
      EncodedEvent encoded =
          codec.encode(assigned, new EventContext("1", URI.create("/x"), null, null));
      assertThat(encoded.key()).isEqualTo("s-1");
      assertThat(encoded.partitionKey()).isEqualTo("a/b");
      assertThat(codec.decode(encoded.topic(), null, encoded.headers(), encoded.value()))
          .isInstanceOfSatisfying(
              DecodedEvent.Valid.class, valid -> assertThat(valid.event()).isEqualTo(assigned));
    }
  }

  private static void assertRejected(DecodedEvent decoded, String code, String messagePart) {
    assertThat(decoded)
        .isInstanceOfSatisfying(
            DecodedEvent.Rejected.class,
            rejected -> {
              assertThat(rejected.failure().code()).isEqualTo(code);
              assertThat(rejected.failure().message()).contains(messagePart);
              assertThat(rejected.failure().failureClass())
                  .isEqualTo(FailureClass.OPERATOR_MUST_ACT);
            });
  }

  private static Map<String, byte[]> headers() {
    Map<String, byte[]> headers = new HashMap<>();
    headers.put("ce_specversion", bytes("1.0"));
    headers.put("ce_id", bytes("e-1"));
    headers.put("ce_source", bytes("/ops"));
    headers.put("ce_type", bytes("io.reseed.primary-failed.v1"));
    return headers;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
