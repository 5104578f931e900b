package io.reseed.validator;

import io.reseed.events.Event;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import io.reseed.validator.cycle.Story;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Says to the service what others would say, and hears what it says. */
public final class Talk implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final String bootstrapServers;
  private final EventTopics topics;
  private final EventPublisher publisher;
  private final ScheduledExecutorService heartbeats = Executors.newSingleThreadScheduledExecutor();

  /** Creates all topics with a prefix of their own. */
  public Talk(KafkaExtension kafka, String prefix) {
    bootstrapServers = kafka.bootstrapServers();
    for (Topic topic : Topic.values()) {
      kafka.broker().createTopic(topic.name(prefix), 2, Map.of());
    }
    topics = new EventTopics(prefix, "test", "test");
    publisher =
        EventPublisher.open(Map.of("bootstrap.servers", bootstrapServers), Duration.ofSeconds(10));
  }

  public void say(Event event) throws InterruptedException {
    publisher.publishAndWait(topics.publication(event, Instant.now()));
  }

  /** Says it again and again until this is closed, as a host does. */
  public void beat(Event heartbeat) {
    var _ =
        heartbeats.scheduleAtFixedRate(
            () -> {
              var _ = publisher.publish(topics.publication(heartbeat, Instant.now()));
            },
            0,
            500,
            TimeUnit.MILLISECONDS);
  }

  /** Ends the proof of a seeding. */
  public void endProof(String seeding) throws InterruptedException {
    publisher.publishAndWait(
        topics.tombstone(Topic.PROOF_ASSIGNED, seeding, Story.SHARD.toString()));
  }

  /** The first such event, said already or soon. */
  public <E extends Event> E hear(Topic topic, Class<E> type, Predicate<E> condition) {
    String name = topics.name(topic);
    try (KafkaRecords records = KafkaRecords.of(bootstrapServers, name)) {
      ConsumerRecord<String, byte[]> found =
          records.awaitRecord(
              name,
              record ->
                  decoded(topic, record) instanceof DecodedEvent.Valid valid
                      && condition.test(type.cast(valid.event())),
              PATIENCE);
      return type.cast(((DecodedEvent.Valid) decoded(topic, found)).event());
    }
  }

  /** Both roles hear that a seeding is over. */
  public void hearEnd(String seeding) {
    hearEnd(topics.name(Topic.PROOF_ASSIGNED), seeding);
    hearEnd(topics.name(Topic.SEEDING_ASSIGNED), seeding);
  }

  private void hearEnd(String name, String seeding) {
    try (KafkaRecords records = KafkaRecords.of(bootstrapServers, name)) {
      var _ =
          records.awaitRecord(
              name, record -> record.key().equals(seeding) && record.value() == null, PATIENCE);
    }
  }

  /** Everything that was said on a topic so far. */
  public List<Event> all(Topic topic) {
    String name = topics.name(topic);
    try (KafkaRecords records = KafkaRecords.of(bootstrapServers, name)) {
      return records.readToEnd(name).stream()
          .map(record -> decoded(topic, record))
          .filter(DecodedEvent.Valid.class::isInstance)
          .map(valid -> ((DecodedEvent.Valid) valid).event())
          .toList();
    }
  }

  private DecodedEvent decoded(Topic topic, ConsumerRecord<String, byte[]> found) {
    ConsumerRecord<byte[], byte[]> raw =
        new ConsumerRecord<>(
            found.topic(),
            found.partition(),
            found.offset(),
            found.key().getBytes(StandardCharsets.UTF_8),
            found.value());
    found.headers().forEach(raw.headers()::add);
    return topics.decode(topic, raw);
  }

  @Override
  public void close() {
    heartbeats.shutdownNow();
    publisher.close();
  }
}
