package io.reseed.failover;

import io.reseed.events.Event;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EncodedEvent;
import io.reseed.events.codec.EventCodec;
import io.reseed.events.codec.EventContext;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ForeignText;
import io.reseed.kafka.Publication;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads events that are sent over HTTP, in any of three forms: a CloudEvent in structured mode
 * (content type {@code application/cloudevents+json}), one in binary mode ({@code ce-*} headers),
 * or the bare document with its type named beside it. Takes what outsiders may write, and nothing
 * else. Thread-safe.
 */
final class EventInbox {
  private static final List<Topic> ACCEPTED = List.of(Topic.PRIMARY_FAILED, Topic.SHARD_DECLARED);
  private static final String STRUCTURED = "application/cloudevents+json";

  /** Good enough to tell which topic's rules apply; these then read the whole document. */
  private static final Pattern TYPE =
      Pattern.compile("\"type\"\\s*:\\s*\"(io\\.reseed\\.[^\"]*)\"");

  private final EventCodec codec = new EventCodec();
  private final String topicPrefix;
  private final String source;

  EventInbox(String topicPrefix, String source) {
    this.topicPrefix = topicPrefix;
    this.source = source;
  }

  /**
   * What was sent beside the body.
   *
   * @param type as named beside the document, e.g. {@code primary-failed}; for the bare form
   * @param headers with lower-case names
   * @param id to give to a bare document's event
   */
  record Request(@Nullable String type, Map<String, String> headers, String id, Instant now) {}

  /** What came of it. */
  sealed interface Outcome {
    /** To be published. */
    record Accepted(Publication publication, String key) implements Outcome {}

    /** Nothing that could be published. */
    record Refused(Failure failure) implements Outcome {}
  }

  Outcome receive(Request request, byte[] body) {
    Optional<String> type = typeOf(request, body);
    if (type.isEmpty()) {
      return refused(
          FailureCode.TYPE_MISSING,
          "the request names no event type",
          "Add ?type=primary-failed, or send a CloudEvent with its ce-type header or type field.");
    }
    Optional<Topic> topic =
        ACCEPTED.stream()
            .filter(t -> t.baseName().equals(type.get()) || t.cloudEventType().equals(type.get()))
            .findFirst();
    if (topic.isEmpty()) {
      return refused(
          FailureCode.UNKNOWN_EVENT_TYPE,
          "events of type '%s' are not accepted here".formatted(ForeignText.shown(type.get())),
          "Accepted are " + ACCEPTED.stream().map(Topic::baseName).toList() + ".");
    }
    DecodedEvent decoded =
        codec.decode(topic.get(), null, kafkaHeaders(request, topic.get()), body);
    return switch (decoded) {
      case DecodedEvent.Valid valid -> accepted(valid.event(), valid.context());
      case DecodedEvent.Rejected rejected -> new Outcome.Refused(rejected.failure());
      case DecodedEvent.Tombstone _ ->
          refused(
              FailureCode.EMPTY_RECORD,
              "the request has no body",
              "Send the event's JSON document.");
    };
  }

  private Outcome accepted(Event event, EventContext context) {
    EncodedEvent encoded = codec.encode(event, context);
    byte[] value = encoded.value();
    if (value == null) {
      throw new IllegalStateException("an event encodes to no value: " + event.topic());
    }
    Publication publication =
        Publication.of(event.topic().name(topicPrefix), encoded.key(), encoded.headers(), value)
            .partitionedBy(encoded.partitionKey());
    return new Outcome.Accepted(publication, encoded.key());
  }

  private static Outcome refused(FailureCode code, String message, String hint) {
    return new Outcome.Refused(Failure.of(code, message, hint));
  }

  private static boolean isStructured(Request request) {
    return request
        .headers()
        .getOrDefault("content-type", "")
        .toLowerCase(Locale.ROOT)
        .startsWith(STRUCTURED);
  }

  private static Optional<String> typeOf(Request request, byte[] body) {
    if (isStructured(request)) {
      Matcher matcher = TYPE.matcher(new String(body, StandardCharsets.UTF_8));
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
    return Optional.ofNullable(request.headers().get("ce-type"))
        .or(() -> Optional.ofNullable(request.type()));
  }

  /** HTTP's {@code ce-id} is Kafka's {@code ce_id}; a bare document gets an envelope of ours. */
  private Map<String, byte[]> kafkaHeaders(Request request, Topic topic) {
    Map<String, String> headers = new HashMap<>();
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (name.startsWith("ce-")) {
                headers.put("ce_" + name.substring(3), value);
              } else if (name.equals("traceparent")) {
                headers.put(name, value);
              }
            });
    if (isStructured(request)) {
      headers.put("content-type", STRUCTURED);
    } else if (!request.headers().containsKey("ce-type")) {
      headers.put("ce_specversion", "1.0");
      headers.put("ce_id", request.id());
      headers.put("ce_source", source);
      headers.put("ce_type", topic.cloudEventType());
      headers.put("ce_time", request.now().toString());
    }
    Map<String, byte[]> bytes = new HashMap<>();
    headers.forEach((name, value) -> bytes.put(name, value.getBytes(StandardCharsets.UTF_8)));
    return bytes;
  }
}
