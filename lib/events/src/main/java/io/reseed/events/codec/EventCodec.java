package io.reseed.events.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.reseed.events.Event;
import io.reseed.events.Topic;
import io.reseed.fleet.InvalidFieldException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as CloudEvents in binary mode and reads them in binary and structured mode.
 * Thread-safe, without state.
 *
 * <p>What outsiders may do: leave the content type out (it is not looked at but for the structured
 * mode), use any record key (the shard in the document wins), add fields (ignored). What they may
 * not: leave the CloudEvents attributes out, or write scalars in another type than the schema's.
 */
public final class EventCodec {
  /** Largest value that is read; larger records are rejected unread. */
  public static final int VALUE_BYTES_MAX = 900_000;

  private static final String CONTENT_TYPE = "content-type";
  private static final String SUBJECT = "ce_subject";
  private static final String STRUCTURED = "application/cloudevents+json";
  private static final String TRACEPARENT = "traceparent";

  /** What any key of ours matches. */
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._:@+/-]{1,250}");

  private static final Pattern TRACEPARENT_FORM =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.{0,100})?");

  private final JsonMapper json = EventJson.mapper();
  private final JsonFormat structured = new JsonFormat();

  /** Encodes {@code event}; never fails for a constructed event. */
  public EncodedEvent encode(Event event, EventContext context) {
    CloudEventBuilder builder =
        CloudEventBuilder.v1()
            .withId(context.id())
            .withSource(context.source())
            .withType(event.topic().cloudEventType())
            .withSubject(event.partitionKey())
            .withData("application/json", document(event));
    if (context.time() != null) {
      builder.withTime(OffsetDateTime.ofInstant(context.time(), ZoneOffset.UTC));
    }
    var written =
        KafkaMessageFactory.<String>createWriter(event.topic().baseName(), event.key())
            .writeBinary(builder.build());
    Map<String, byte[]> headers = new LinkedHashMap<>();
    for (Header header : written.headers()) {
      headers.put(header.key(), header.value());
    }
    if (context.traceparent() != null) {
      headers.put(TRACEPARENT, context.traceparent().getBytes(StandardCharsets.UTF_8));
    }
    return new EncodedEvent(
        event.topic(), event.key(), event.partitionKey(), headers, written.value());
  }

  /**
   * A tombstone for {@code key} of a compacted topic; its header {@code ce_subject} is {@code
   * partitionKey}.
   */
  public EncodedEvent tombstone(Topic topic, String key, String partitionKey) {
    if (topic.cleanup() != Topic.Cleanup.COMPACT) {
      throw new IllegalArgumentException(topic.baseName() + " is not compacted");
    }
    return new EncodedEvent(
        topic,
        key,
        partitionKey,
        Map.of(SUBJECT, partitionKey.getBytes(StandardCharsets.UTF_8)),
        null);
  }

  /**
   * Reads one record of {@code topic}. Never throws: what cannot be read comes back as {@link
   * DecodedEvent.Rejected} with a message that names field and rule. Unknown fields are ignored; a
   * key that contradicts the document is no error, the document counts.
   */
  public DecodedEvent decode(
      Topic topic, @Nullable String key, Map<String, byte[]> headers, byte @Nullable [] value) {
    if (value == null) {
      return topic.cleanup() == Topic.Cleanup.COMPACT && key != null
          ? ended(topic, key, text(headers.get(SUBJECT)))
          : Rejection.empty(topic);
    }
    if (value.length > VALUE_BYTES_MAX) {
      return Rejection.tooLarge(topic, value.length);
    }
    if (value.length == 0) {
      return Rejection.empty(topic);
    }
    return isStructured(headers)
        ? decodeStructured(topic, headers, value)
        : decodeBinary(topic, headers, value);
  }

  /** Nothing else of it can be checked, and both go where a shard's or a seeding's name goes. */
  private static DecodedEvent ended(Topic topic, String key, @Nullable String subject) {
    if (!KEY.matcher(key).matches()) {
      return Rejection.key(topic, key);
    }
    return subject != null && !KEY.matcher(subject).matches()
        ? Rejection.key(topic, subject)
        : new DecodedEvent.Tombstone(topic, key, subject);
  }

  private DecodedEvent decodeBinary(Topic topic, Map<String, byte[]> headers, byte[] value) {
    CloudEvent envelope;
    try {
      envelope = KafkaMessageFactory.createReader(kafkaHeaders(headers), value).toEvent();
    } catch (RuntimeException unreadable) { // the reader's checks throw many unrelated types
      return Rejection.notCloudEvent(topic, unreadable);
    }
    return decodeDocument(topic, envelope, headers, value);
  }

  private DecodedEvent decodeStructured(Topic topic, Map<String, byte[]> headers, byte[] value) {
    try {
      json.readTree(value); // the library's own mapper lets duplicate fields and depth pass
    } catch (IOException malformed) {
      return Rejection.malformedJson(topic, malformed);
    }
    CloudEvent envelope;
    byte[] document;
    try {
      envelope = structured.deserialize(value);
      CloudEventData data = envelope.getData();
      document = data == null ? new byte[0] : data.toBytes();
    } catch (RuntimeException unreadable) { // as above
      return Rejection.notCloudEvent(topic, unreadable);
    }
    return decodeDocument(topic, envelope, headers, document);
  }

  private DecodedEvent decodeDocument(
      Topic topic, CloudEvent envelope, Map<String, byte[]> headers, byte[] document) {
    if (!envelope.getType().equals(topic.cloudEventType())) {
      return Rejection.type(topic, envelope.getType());
    }
    if (document.length == 0) {
      return Rejection.empty(topic);
    }
    JsonNode tree;
    try {
      tree = json.readTree(document);
    } catch (IOException malformed) {
      return Rejection.malformedJson(topic, malformed);
    }
    if (!tree.isObject()) {
      return Rejection.invalidField(topic, new InvalidFieldException("", "must be a JSON object"));
    }
    try {
      Event event = json.treeToValue(tree, topic.eventType());
      return new DecodedEvent.Valid(event, context(envelope, headers));
    } catch (JsonMappingException invalid) {
      return Rejection.invalidField(topic, FieldProblem.of(invalid));
    } catch (JsonProcessingException malformed) {
      return Rejection.malformedJson(topic, malformed);
    }
  }

  private byte[] document(Event event) {
    try {
      return json.writeValueAsBytes(event);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException("cannot write " + event.topic().baseName(), impossible);
    }
  }

  private static EventContext context(CloudEvent envelope, Map<String, byte[]> headers) {
    OffsetDateTime time = envelope.getTime();
    return new EventContext(
        envelope.getId(),
        envelope.getSource(),
        time == null ? null : time.toInstant(),
        traceparent(envelope, headers));
  }

  /** The plain header wins over the attribute; what is no trace context is as good as none. */
  private static @Nullable String traceparent(CloudEvent envelope, Map<String, byte[]> headers) {
    String header = text(headers.get(TRACEPARENT));
    Object attribute = envelope.getExtension(TRACEPARENT);
    String value = header != null ? header : attribute == null ? null : attribute.toString();
    return value != null && TRACEPARENT_FORM.matcher(value).matches() ? value : null;
  }

  private static boolean isStructured(Map<String, byte[]> headers) {
    String contentType = text(headers.get(CONTENT_TYPE));
    return contentType != null
        && contentType.strip().toLowerCase(Locale.ROOT).startsWith(STRUCTURED);
  }

  private static Headers kafkaHeaders(Map<String, byte[]> headers) {
    RecordHeaders kafka = new RecordHeaders();
    headers.forEach(
        (name, value) -> {
          // only what binds: a foreign content type must not turn a JSON document away
          if (value != null && name.startsWith("ce_")) {
            kafka.add(name, value);
          }
        });
    return kafka;
  }

  private static @Nullable String text(byte @Nullable [] value) {
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }
}
