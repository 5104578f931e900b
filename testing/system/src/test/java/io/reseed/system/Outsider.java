package io.reseed.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.reseed.events.Assignment;
import io.reseed.events.Event;
import io.reseed.events.codec.EncodedEvent;
import io.reseed.events.codec.EventCodec;
import io.reseed.events.codec.EventContext;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who writes with librdkafka (kcat, say): its default partitioner is CRC32 of the key. To
 * {@code primary-failed} it writes without Reseed's libraries.
 */
final class Outsider implements AutoCloseable {
  static final String TYPE = "io.reseed.primary-failed.v1";

  private static final String TOPIC = "primary-failed";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final KafkaProducer<String, byte[]> producer;

  Outsider(Map<String, String> client) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2_000_000);
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /** An event in binary mode. */
  void publish(String shard, String document) {
    publish(shard, document, TYPE);
  }

  /** A record in binary mode that claims to be of the type. */
  void publish(String shard, String document, String type) {
    Map<String, String> headers = new HashMap<>();
    headers.put("ce_specversion", "1.0");
    headers.put("ce_id", UUID.randomUUID().toString());
    headers.put("ce_source", "/outsider");
    headers.put("ce_type", type);
    headers.put("content-type", "application/json");
    send(shard, document, headers);
  }

  /** An event in structured mode. */
  void publishStructured(String shard, String document) {
    String envelope =
        """
        {"specversion":"1.0","id":"%s","source":"/outsider","type":"%s","data":%s}\
        """
            .formatted(UUID.randomUUID(), TYPE, document);
    send(shard, envelope, Map.of("content-type", "application/cloudevents+json"));
  }

  /** What only services say, where they say it: with the write access of any of them. */
  void forge(Event event) {
    EncodedEvent encoded = encoded(event);
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            encoded.topic().baseName(), encoded.key(), Objects.requireNonNull(encoded.value()));
    encoded.headers().forEach((name, bytes) -> record.headers().add(name, bytes));
    send(record);
  }

  /** What operators say: a declaration or a request, encoded by Reseed's library. */
  void publish(Event event) {
    EncodedEvent encoded = encoded(event);
    byte[] value = Objects.requireNonNull(encoded.value());
    send(record(encoded.topic().baseName(), encoded.key(), value, encoded.headers()));
  }

  private static EncodedEvent encoded(Event event) {
    EventContext context =
        new EventContext(
            UUID.randomUUID().toString(), URI.create("/outsider"), Instant.now(), null);
    return new EventCodec().encode(event, context);
  }

  /** The tombstone of an assignment that {@link #publish(Event)} wrote. */
  void withdraw(Assignment assignment) {
    EncodedEvent encoded =
        new EventCodec()
            .tombstone(assignment.topic(), assignment.key(), assignment.shard().toString());
    send(record(encoded.topic().baseName(), encoded.key(), null, encoded.headers()));
  }

  private void send(String key, String value, Map<String, String> headers) {
    Map<String, byte[]> encoded = new HashMap<>();
    headers.forEach((name, text) -> encoded.put(name, text.getBytes(UTF_8)));
    send(record(TOPIC, key, value.getBytes(UTF_8), encoded));
  }

  private ProducerRecord<String, byte[]> record(
      String topic, String key, byte @Nullable [] value, Map<String, byte[]> headers) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(UTF_8));
    int partitions = producer.partitionsFor(topic).size();
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic, (int) (crc.getValue() % partitions), key, value);
    headers.forEach((name, bytes) -> record.headers().add(name, bytes));
    return record;
  }

  private void send(ProducerRecord<String, byte[]> record) {
    try {
      producer.send(record).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the record was not acknowledged", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while publishing", e);
    }
  }

  @Override
  public void close() {
    producer.close(TIMEOUT);
  }
}
