package io.reseed.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes records outside of any transaction: for agents, the command line and HTTP endpoints.
 *
 * <p>Idempotent: retries within one call write a record once and keep the order per partition. A
 * caller that publishes again after a failure may write it twice. Buffers at most 32 MiB unless the
 * operator says otherwise; when Kafka is away longer than the timeout, a publication fails instead
 * of waiting on. Thread-safe.
 */
public final class EventPublisher implements AutoCloseable {
  private static final int BUFFER_BYTES = 32 * 1024 * 1024;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, Object> settings;
  private final Duration timeout;

  private EventPublisher(
      KafkaProducer<byte[], byte[]> producer, Map<String, Object> settings, Duration timeout) {
    this.producer = producer;
    this.settings = settings;
    this.timeout = timeout;
  }

  /**
   * Opens a publisher; connects when something is published.
   *
   * @param kafka client properties, {@code bootstrap.servers} and security
   * @param timeout after which a publication has failed; at least a second. The producer's own
   *     timeouts follow from it where {@code kafka} has none.
   * @throws IllegalArgumentException when {@code kafka} has a setting that is not the caller's, see
   *     {@link ClientSettings#requireOwnUntouched}
   * @throws BrokerRefusedException when a client cannot be made with these settings
   */
  public static EventPublisher open(Map<String, String> kafka, Duration timeout) {
    Map<String, Object> settings = settings(kafka, timeout);
    ByteArraySerializer bytes = new ByteArraySerializer();
    return new EventPublisher(
        BrokerRefusal.opening(
            KafkaUse.writing(settings, List.of()),
            () -> new KafkaProducer<>(settings, bytes, bytes)),
        settings,
        timeout);
  }

  /** The producer's settings: what correctness depends on, the operator's, then our defaults. */
  static Map<String, Object> settings(Map<String, String> kafka, Duration timeout) {
    ClientSettings.requireOwnUntouched(kafka);
    Map<String, Object> settings = ClientSettings.of(kafka, ClientSettings.Kind.PRODUCER);
    long timeoutMillis = timeout.toMillis();
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.putIfAbsent(
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(500, timeoutMillis / 3));
    settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMillis);
    // Kafka refuses a delivery timeout below what one attempt may take.
    settings.putIfAbsent(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        Math.max(
            timeoutMillis,
            number(settings, ProducerConfig.LINGER_MS_CONFIG)
                + number(settings, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)));
    settings.replaceAll((_, value) -> value instanceof Number ? value.toString() : value);
    return settings;
  }

  /** What Kafka itself cannot read as a number it refuses by name when the client is made. */
  private static long number(Map<String, Object> settings, String key) {
    try {
      return Long.parseLong(String.valueOf(settings.get(key)).strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /**
   * Publishes in the background; the future completes when all in-sync replicas have the record,
   * and exceptionally with a {@link KafkaException} when it may not have been written: a {@link
   * BrokerRefusedException}, soon, when that cannot change by itself. May block up to the timeout
   * while the topic's partitions are unknown or the buffer is full.
   */
  public CompletableFuture<Void> publish(Publication publication) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    try {
      int partitions = producer.partitionsFor(publication.topic()).size();
      var _ =
          producer.send(
              record(publication, partitions),
              (_, thrown) -> {
                if (thrown == null) {
                  written.complete(null);
                } else {
                  written.completeExceptionally(named(thrown, publication));
                }
              });
    } catch (KafkaException e) {
      written.completeExceptionally(named(e, publication));
    }
    return written;
  }

  private Exception named(Exception thrown, Publication publication) {
    KafkaUse use = KafkaUse.writing(settings, List.of(publication.topic()));
    return BrokerRefusal.exception(thrown, use).<Exception>map(refused -> refused).orElse(thrown);
  }

  /**
   * Publishes and waits, up to twice the timeout.
   *
   * @throws KafkaException when the record may not have been written; publishing again is the
   *     caller's choice, readers tolerate duplicates
   * @throws BrokerRefusedException at once, when that cannot change by itself
   */
  public void publishAndWait(Publication publication) throws InterruptedException {
    try {
      publish(publication).get(timeout.toMillis() * 2, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BrokerRefusedException refused) {
        throw refused;
      }
      throw new KafkaException(publication + " was not published: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException(publication + " was not published within " + timeout, e);
    }
  }

  static ProducerRecord<byte[], byte[]> record(Publication publication, int partitions) {
    return new ProducerRecord<>(
        publication.topic(),
        ShardPartitioner.partition(publication.partitionKey(), partitions),
        Publication.utf8(publication.key()),
        publication.value(),
        publication.recordHeaders());
  }

  /** Waits a bounded time for what is under way, then fails the rest. */
  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
