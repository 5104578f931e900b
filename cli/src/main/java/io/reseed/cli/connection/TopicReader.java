package io.reseed.cli.connection;

import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EventCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * Reads topics without a consumer group, so that looking leaves no trace. Not for several threads
 * at once; close it with the thread that read last.
 */
public final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  /** Newest records of each partition that a tail reads at most, however busy the topic is. */
  private static final long TAIL_RECORDS_MAX = 20_000;

  /** So many records of a partition wait for older ones of others, and no more are read. */
  private static final int QUEUE_FULL = 2_000;

  private final Kafka kafka;
  private final KafkaConsumer<String, byte[]> consumer;
  private final EventCodec codec = new EventCodec();
  private final Map<String, Topic> topics = new HashMap<>();

  /** One record as it was read. */
  public record Read(Topic topic, ConsumerRecord<String, byte[]> record, DecodedEvent decoded) {
    public Instant at() {
      return Instant.ofEpochMilli(record.timestamp());
    }
  }

  /** What is done with a record. */
  public interface Sink {
    /** Takes one record. */
    void take(Read read);
  }

  public TopicReader(Kafka kafka, Collection<Topic> topics) {
    this.kafka = kafka;
    this.consumer = kafka.consumer();
    topics.forEach(topic -> this.topics.put(kafka.nameOf(topic), topic));
  }

  /** Begins at the first record of {@code whole} topics, and at {@code since} of the others. */
  public void start(Set<Topic> whole, Instant since) {
    List<TopicPartition> partitions = partitions();
    consumer.assign(partitions);
    List<TopicPartition> first =
        partitions.stream().filter(it -> whole.contains(topics.get(it.topic()))).toList();
    consumer.seekToBeginning(first);
    List<TopicPartition> tails = partitions.stream().filter(it -> !first.contains(it)).toList();
    if (tails.isEmpty()) {
      return;
    }
    Map<TopicPartition, Long> times = new HashMap<>();
    tails.forEach(partition -> times.put(partition, since.toEpochMilli()));
    Map<TopicPartition, Long> ends = consumer.endOffsets(tails);
    consumer
        .offsetsForTimes(times)
        .forEach(
            (partition, found) -> {
              long end = ends.getOrDefault(partition, 0L);
              long start = found == null ? end : found.offset();
              consumer.seek(partition, Math.max(start, end - TAIL_RECORDS_MAX));
            });
  }

  /** Begins after the last record of each topic, whatever anybody's clock says. */
  public void startAtEnds() {
    List<TopicPartition> partitions = partitions();
    consumer.assign(partitions);
    consumer.endOffsets(partitions).forEach(consumer::seek);
  }

  /** Reads to what is committed now. */
  public void readToEnd(Sink sink, Instant deadline) {
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(consumer.assignment()));
    while (true) {
      ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      if (ends.isEmpty()) {
        return;
      }
      if (Instant.now().isAfter(deadline)) {
        throw kafka.unreachable("read " + topics.keySet() + " to their ends");
      }
      read(sink);
    }
  }

  /**
   * Reads to what is committed now, in the order of time, whatever partitions it lies on.
   *
   * @param wanted whether there is any use in reading on
   */
  public void readHistory(Sink sink, BooleanSupplier wanted) {
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(consumer.assignment()));
    Map<TopicPartition, Deque<Read>> queues = new HashMap<>();
    while (wanted.getAsBoolean()) {
      ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      boolean untold = ends.keySet().stream().anyMatch(it -> !queues.containsKey(it));
      if (untold) {
        consumer.resume(consumer.paused());
        consumer.pause(
            queues.entrySet().stream()
                .filter(queue -> queue.getValue().size() >= QUEUE_FULL)
                .map(Map.Entry::getKey)
                .toList());
        read(
            read ->
                queues
                    .computeIfAbsent(
                        new TopicPartition(read.record().topic(), read.record().partition()),
                        _ -> new ArrayDeque<>())
                    .addLast(read));
      } else if (queues.isEmpty()) {
        break;
      } else {
        Map.Entry<TopicPartition, Deque<Read>> oldest =
            Collections.min(
                queues.entrySet(), Comparator.comparing(queue -> queue.getValue().getFirst().at()));
        sink.take(oldest.getValue().removeFirst());
        if (oldest.getValue().isEmpty()) {
          queues.remove(oldest.getKey());
        }
      }
    }
    consumer.resume(consumer.paused());
  }

  /** Reads what comes within a moment. */
  public void read(Sink sink) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
      Topic topic = topics.get(record.topic());
      if (topic != null) {
        Map<String, byte[]> headers = new HashMap<>();
        for (Header header : record.headers()) {
          if (header.value() != null) {
            headers.put(header.key(), header.value());
          }
        }
        sink.take(
            new Read(topic, record, codec.decode(topic, record.key(), headers, record.value())));
      }
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }

  private List<TopicPartition> partitions() {
    Map<String, List<PartitionInfo>> existing = consumer.listTopics();
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics.keySet()) {
      List<PartitionInfo> found = existing.get(topic);
      if (found == null || found.isEmpty()) {
        throw kafka.noTopic("read " + topic, topic);
      }
      found.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    return partitions;
  }
}
