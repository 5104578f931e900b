package io.reseed.installation;

import io.reseed.events.Event;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EventCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all topics as any console would, on a thread of its own, and remembers what came and when
 * it was seen. Thread-safe.
 */
public final class EventFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Map<String, String> client;
  private final String prefix;
  private final EventCodec codec = new EventCodec();
  private final List<Seen> seen = new ArrayList<>();
  private final List<Consumer<Seen>> listeners = new CopyOnWriteArrayList<>();
  private final Map<Topic, Consumer<ConsumerRecord<String, byte[]>>> recordListeners =
      new ConcurrentHashMap<>();
  private final Thread reader;
  private volatile boolean closed;

  /** An event and when this feed saw it. */
  public record Seen(Event event, Instant at) {}

  private EventFeed(Map<String, String> client, String prefix) {
    this.client = Map.copyOf(client);
    this.prefix = prefix;
    this.reader = Thread.ofPlatform().name("event-feed").daemon().unstarted(this::read);
  }

  /**
   * Starts to read all topics from their beginning.
   *
   * @param client the settings that a Kafka client needs, by their Kafka names
   */
  public static EventFeed start(Map<String, String> client, String prefix) {
    EventFeed feed = new EventFeed(client, prefix);
    feed.reader.start();
    return feed;
  }

  /** Calls the listener for every event from now on, on the reading thread. */
  public void listen(Consumer<Seen> listener) {
    listeners.add(listener);
  }

  /** Calls the listener for every event so far and from now on; may hear one of now twice. */
  public void replayAndListen(Consumer<Seen> listener) {
    List<Seen> past;
    synchronized (seen) {
      listeners.add(listener);
      past = List.copyOf(seen);
    }
    past.forEach(listener);
  }

  /** Ends {@link #listen}. */
  public void unlisten(Consumer<Seen> listener) {
    listeners.remove(listener);
  }

  /** Calls the listener, one for a topic, for every record of it from now on, after its event. */
  public void listenToRecords(Topic topic, Consumer<ConsumerRecord<String, byte[]>> listener) {
    recordListeners.put(topic, listener);
  }

  private void read() {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (Topic topic : Topic.values()) {
        for (PartitionInfo info : consumer.partitionsFor(topic.name(prefix))) {
          partitions.add(new TopicPartition(info.topic(), info.partition()));
        }
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!closed) {
        consumer.poll(POLL).forEach(this::take);
      }
    } catch (RuntimeException e) {
      if (!closed) {
        LOG.error("event feed ended", e);
      }
    }
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    Topic topic = Topic.named(record.topic(), prefix).orElseThrow();
    Map<String, byte[]> headers = new HashMap<>();
    record.headers().forEach(header -> headers.put(header.key(), header.value()));
    DecodedEvent decoded = codec.decode(topic, record.key(), headers, record.value());
    switch (decoded) {
      case DecodedEvent.Valid valid -> remember(new Seen(valid.event(), Instant.now()));
      case DecodedEvent.Tombstone ignored -> {}
      case DecodedEvent.Rejected rejected ->
          LOG.warn("record not readable topic={} reason={}", record.topic(), rejected.failure());
    }
    Optional.ofNullable(recordListeners.get(topic)).ifPresent(listener -> listener.accept(record));
  }

  private void remember(Seen one) {
    synchronized (seen) {
      seen.add(one);
      seen.notifyAll();
    }
    listeners.forEach(listener -> listener.accept(one));
  }

  /** All events of a type so far, in the order seen. */
  public <E extends Event> List<E> all(Class<E> type) {
    synchronized (seen) {
      return seen.stream().map(Seen::event).filter(type::isInstance).map(type::cast).toList();
    }
  }

  /** The newest event of a type that fits. */
  public <E extends Event> Optional<E> newest(Class<E> type, Predicate<E> condition) {
    List<E> all = all(type);
    for (E event : all.reversed()) {
      if (condition.test(event)) {
        return Optional.of(event);
      }
    }
    return Optional.empty();
  }

  /** The first event of the type, seen at or after {@code since}, that fits; waits for it. */
  public <E extends Event> Optional<Seen> await(
      Class<E> type, Instant since, Predicate<E> condition, Duration timeout)
      throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (seen) {
      int looked = 0;
      while (true) {
        for (; looked < seen.size(); looked++) {
          Seen one = seen.get(looked);
          if (type.isInstance(one.event())
              && !one.at().isBefore(since)
              && condition.test(type.cast(one.event()))) {
            return Optional.of(one);
          }
        }
        long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0) {
          return Optional.empty();
        }
        seen.wait(leftMillis);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      reader.join(CLOSE_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
