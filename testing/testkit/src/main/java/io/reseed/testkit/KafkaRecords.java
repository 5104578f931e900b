package io.reseed.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Reads topics from their beginning, committed records only, and remembers every record in the
 * order read. Reads only inside its methods, on the caller's thread; not safe for several threads.
 *
 * <p>Keys and values are null where the record has none ({@link #text} takes that).
 *
 * <p>Belongs to no consumer group. A topic may come into being later; a broker may restart.
 */
public final class KafkaRecords implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

  private final Set<String> topics;
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();

  private KafkaRecords(Map<String, String> kafka, Collection<String> topics) {
    this.topics = Set.copyOf(topics);
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    settings.put(
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(CALL_TIMEOUT.toMillis()));
    this.consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** A reader of these topics, from the first record that each still has. */
  public static KafkaRecords of(String bootstrapServers, String... topics) {
    return of(bootstrapServers, List.of(topics));
  }

  /** A reader of these topics, from the first record that each still has. */
  public static KafkaRecords of(String bootstrapServers, Collection<String> topics) {
    return of(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers), topics);
  }

  /** A reader of these topics that connects with these {@link KafkaBroker#clientSettings}. */
  public static KafkaRecords of(Map<String, String> kafka, Collection<String> topics) {
    return new KafkaRecords(kafka, topics);
  }

  /**
   * The first record of the topic for which the condition holds, among those read before and those
   * still to come.
   *
   * @throws AssertionError when none came within the time; the message lists what did come
   */
  public ConsumerRecord<String, byte[]> awaitRecord(
      String topic, Predicate<? super ConsumerRecord<String, byte[]>> condition, Duration timeout) {
    return awaitRecords(topic, condition, 1, timeout).getFirst();
  }

  /** The first {@code count} records of the topic for which the condition holds. */
  public List<ConsumerRecord<String, byte[]>> awaitRecords(
      String topic,
      Predicate<? super ConsumerRecord<String, byte[]>> condition,
      int count,
      Duration timeout) {
    requireRead(topic);
    try {
      Patience.await(
          count + " records on " + topic,
          timeout,
          () -> {
            if (matching(topic, condition, count).size() < count) {
              poll();
            }
            return matching(topic, condition, count).size() == count;
          });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "%d of %d records came on %s within %d s. Read in all: %s"
              .formatted(
                  matching(topic, condition, count).size(),
                  count,
                  topic,
                  timeout.toSeconds(),
                  summary(seen)),
          e);
    }
    return matching(topic, condition, count);
  }

  /** Reads up to what is committed now, and returns all records of the topic so far. */
  public List<ConsumerRecord<String, byte[]>> readToEnd(String topic) {
    requireRead(topic);
    poll();
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), CALL_TIMEOUT);
    Patience.await(
        "the end of " + topics,
        CALL_TIMEOUT,
        () -> {
          poll();
          return ends.entrySet().stream()
              .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        });
    return of(topic);
  }

  /** The value as text, empty for a tombstone. */
  public static Optional<String> text(ConsumerRecord<?, byte[]> record) {
    return Optional.ofNullable(record.value())
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    consumer.close();
  }

  private List<ConsumerRecord<String, byte[]>> matching(
      String topic, Predicate<? super ConsumerRecord<String, byte[]>> condition, int countMax) {
    return of(topic).stream().filter(condition).limit(countMax).toList();
  }

  private List<ConsumerRecord<String, byte[]>> of(String topic) {
    return seen.stream().filter(record -> record.topic().equals(topic)).toList();
  }

  private void poll() {
    assignNewPartitions();
    if (!consumer.assignment().isEmpty()) {
      consumer.poll(POLL).forEach(seen::add);
    }
  }

  /** Topics may be created after this reader. */
  private void assignNewPartitions() {
    Set<TopicPartition> assigned = consumer.assignment();
    Set<String> known = new HashSet<>();
    assigned.forEach(partition -> known.add(partition.topic()));
    if (known.containsAll(topics)) {
      return;
    }
    Set<TopicPartition> all = new HashSet<>(assigned);
    consumer
        .listTopics(CALL_TIMEOUT)
        .forEach(
            (topic, partitions) -> {
              if (topics.contains(topic)) {
                partitions.forEach(partition -> all.add(partitionOf(partition)));
              }
            });
    if (all.size() > assigned.size()) {
      consumer.assign(all);
    }
  }

  private static TopicPartition partitionOf(PartitionInfo info) {
    return new TopicPartition(info.topic(), info.partition());
  }

  private void requireRead(String topic) {
    if (!topics.contains(topic)) {
      throw new IllegalArgumentException(topic + " is not among the topics read: " + topics);
    }
  }

  private static String summary(List<ConsumerRecord<String, byte[]>> records) {
    StringBuilder text = new StringBuilder();
    for (var record : records) {
      text.append(
          "%n%s[%d]@%d %s = %.300s"
              .formatted(
                  record.topic(),
                  record.partition(),
                  record.offset(),
                  record.key(),
                  text(record).orElse("(tombstone)")));
    }
    return text.isEmpty() ? "nothing" : text.toString();
  }
}
