package io.reseed.kafka;

import io.reseed.events.DeadLetter;
import io.reseed.events.Event;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EncodedEvent;
import io.reseed.events.codec.EventCodec;
import io.reseed.events.codec.EventContext;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ShardName;
import io.reseed.fleet.ShortenedText;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A service's view of the topics: events in and out instead of records. Pure and thread-safe.
 *
 * <p>What this writes has a CloudEvents id made from its content and time, so that the same
 * decision written twice (a retried transaction) is the same event.
 */
public final class EventTopics {
  private static final int LETTER_VALUE_BYTES_MAX = 450_000;

  /** Key and headers are a stranger's, too: six times as long in JSON, they must still fit. */
  private static final int LETTER_HEADERS_MAX = 30;

  private static final int LETTER_TEXT_CHARACTERS_MAX = 500;
  private static final int REASON_CHARACTERS_MAX = 2_000;

  private final EventCodec codec = new EventCodec();
  private final String prefix;
  private final String service;
  private final URI source;

  /**
   * Binds a service to the topics of one installation.
   *
   * @param prefix of all topic names; may be empty
   * @param service the service's name, e.g. {@code catchup-service}
   * @param instance unique among the service's processes
   */
  public EventTopics(String prefix, String service, String instance) {
    this.prefix = prefix;
    this.service = service;
    this.source = URI.create("/reseed/" + service + "/" + instance);
  }

  /** An input for the machine of a shard. */
  public record Routed<I>(String shard, I input) {}

  /** The topic's full name. */
  public String name(Topic topic) {
    return topic.name(prefix);
  }

  /**
   * A topic that only Reseed writes.
   *
   * @param events what an event means to the machine; empty for none of its business
   * @param tombstones the same for a tombstone; one without a partition key is given, too
   */
  public <I> InputTopic<I> input(
      Topic topic,
      Function<Event, Optional<Routed<I>>> events,
      Function<DecodedEvent.Tombstone, Optional<Routed<I>>> tombstones) {
    return InputTopic.partitionedByShard(
        name(topic), decoder(topic, (event, _) -> events.apply(event), tombstones));
  }

  /** A topic that outsiders write, too: see {@link InputTopic#fromOutsiders}. */
  public <I> InputTopic<I> inputFromOutsiders(
      Topic topic,
      Function<Event, Optional<Routed<I>>> events,
      Function<DecodedEvent.Tombstone, Optional<Routed<I>>> tombstones) {
    return inputFromOutsiders(topic, (event, _) -> events.apply(event), tombstones);
  }

  /** A topic that outsiders write, too, of which it matters under which name each event came. */
  public <I> InputTopic<I> inputFromOutsiders(
      Topic topic,
      BiFunction<Event, EventContext, Optional<Routed<I>>> events,
      Function<DecodedEvent.Tombstone, Optional<Routed<I>>> tombstones) {
    return InputTopic.fromOutsiders(name(topic), decoder(topic, events, tombstones));
  }

  private <I> RecordDecoder<I> decoder(
      Topic topic,
      BiFunction<Event, EventContext, Optional<Routed<I>>> events,
      Function<DecodedEvent.Tombstone, Optional<Routed<I>>> tombstones) {
    return record ->
        switch (decode(topic, record)) {
          case DecodedEvent.Valid valid -> routed(events.apply(valid.event(), valid.context()));
          case DecodedEvent.Tombstone tombstone -> routed(tombstones.apply(tombstone));
          case DecodedEvent.Rejected rejected ->
              new Decoded.Rejected<>(rejected.code(), rejected.message());
        };
  }

  private static <I> Decoded<I> routed(Optional<Routed<I>> routed) {
    return routed.<Decoded<I>>map(EventTopics::input).orElseGet(Decoded.Ignored::new);
  }

  /** A tombstone's key is whatever somebody wrote, and would become a shard of its own. */
  private static <I> Decoded<I> input(Routed<I> routed) {
    try {
      ShardName shard = ShardName.parse(routed.shard());
      return new Decoded.Input<>(shard.toString(), routed.input());
    } catch (InvalidFieldException e) {
      return new Decoded.Rejected<>(FailureCode.INVALID_FIELD, String.valueOf(e.getMessage()));
    }
  }

  /** Reads one record of a topic; never throws. */
  public DecodedEvent decode(Topic topic, ConsumerRecord<byte[], byte[]> record) {
    Map<String, byte[]> headers = new HashMap<>();
    for (Header header : record.headers()) {
      if (header.value() != null) {
        headers.put(header.key(), header.value());
      }
    }
    return codec.decode(topic, text(record.key()), headers, record.value());
  }

  /** An event to be published; {@code at} becomes its CloudEvents time. */
  public Publication publication(Event event, Instant at) {
    String identity = event.topic() + "|" + event.key() + "|" + at + "|" + event;
    String id = UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8)).toString();
    EncodedEvent encoded = codec.encode(event, new EventContext(id, source, at, null));
    byte[] value = encoded.value();
    if (value == null) {
      throw new IllegalStateException("an event encodes to no value: " + event.topic());
    }
    return Publication.of(name(event.topic()), encoded.key(), encoded.headers(), value)
        .partitionedBy(encoded.partitionKey());
  }

  /** The end of a key of a compacted topic. */
  public Publication tombstone(Topic topic, String key, String partitionKey) {
    EncodedEvent encoded = codec.tombstone(topic, key, partitionKey);
    return Publication.tombstone(name(topic), key, encoded.headers()).partitionedBy(partitionKey);
  }

  /** Makes dead letters of what this service cannot use. */
  public DeadLetters deadLetters() {
    return new DeadLetters() {
      @Override
      public String topic() {
        return name(Topic.DEAD_LETTERS);
      }

      @Override
      public Publication letter(RejectedRecord rejected) {
        Instant at = Instant.ofEpochMilli(Math.max(0, rejected.record().timestamp()));
        return publication(letterOf(rejected, at), at);
      }
    };
  }

  private DeadLetter letterOf(RejectedRecord rejected, Instant at) {
    ConsumerRecord<byte[], byte[]> record = rejected.record();
    Map<String, String> headers = new HashMap<>();
    for (Header header : record.headers()) {
      if (headers.size() < LETTER_HEADERS_MAX) {
        String value = Optional.ofNullable(text(header.value())).orElse("");
        headers.put(
            ShortenedText.of(header.key(), LETTER_TEXT_CHARACTERS_MAX),
            ShortenedText.of(value, LETTER_TEXT_CHARACTERS_MAX));
      }
    }
    String key = text(record.key());
    byte[] value = Optional.ofNullable(record.value()).orElseGet(() -> new byte[0]);
    int kept = Math.min(value.length, LETTER_VALUE_BYTES_MAX);
    return new DeadLetter(
        record.topic(),
        record.partition(),
        record.offset(),
        key == null ? null : ShortenedText.of(key, LETTER_TEXT_CHARACTERS_MAX),
        headers,
        Base64.getEncoder().encodeToString(Arrays.copyOf(value, kept)),
        failureOf(rejected),
        service,
        at);
  }

  private static Failure failureOf(RejectedRecord rejected) {
    boolean ours = rejected.code().failureClass() == FailureClass.BUG;
    return Failure.of(
        rejected.code(),
        ShortenedText.of(rejected.reason(), REASON_CHARACTERS_MAX),
        ours
            ? "report this record and the service's log to the makers of Reseed"
            : "mend the publisher; the record is kept here whole and can be sent again");
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
