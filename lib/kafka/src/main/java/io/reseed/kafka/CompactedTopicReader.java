package io.reseed.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread behind a {@link CompactedView}: polls, and watches that the topic stays the same. */
final class CompactedTopicReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CompactedTopicReader.class);
  private static final Duration POLL = Duration.ofMillis(500);

  /**
   * How long a broker may hold back its answer when there is nothing new; what is new it sends at
   * once. Views are idle nearly always, and each answer costs broker and service the same.
   */
  private static final Duration FETCH_WAIT = Duration.ofSeconds(2);

  private static final Duration REQUEST = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration WATCH = Duration.ofSeconds(3);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** What is read. */
  record Source(Map<String, String> kafka, String topic, Optional<TopicMark> seenBefore) {
    /** Without the settings, which have a password. */
    @Override
    public String toString() {
      return topic + " seenBefore=" + seenBefore;
    }
  }

  /** Who is told. */
  interface Sink {
    void record(ConsumerRecord<byte[], byte[]> record);

    void caughtUp();

    void lost(String reason);

    void failed(String reason);
  }

  /** The topic is not what it was. */
  private static final class LostException extends Exception {
    private static final long serialVersionUID = 1L;

    LostException(String reason) {
      super(reason);
    }
  }

  private final Source source;
  private final Sink sink;
  private final Thread thread;
  private final Map<Integer, Long> nextOffsets = new ConcurrentHashMap<>();
  private final Map<Integer, Long> firstOffsets = new ConcurrentHashMap<>();
  private volatile @Nullable String topicId;
  private volatile @Nullable String lostReason;
  private volatile @Nullable Consumer<byte[], byte[]> reading;
  private final CountDownLatch closing = new CountDownLatch(1);

  CompactedTopicReader(Source source, Sink sink) {
    this.source = source;
    this.sink = sink;
    this.thread = Thread.ofPlatform().name("view " + source.topic()).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  Optional<String> lostReason() {
    return Optional.ofNullable(lostReason);
  }

  Optional<TopicMark> mark() {
    String id = topicId;
    return id == null
        ? Optional.empty()
        : Optional.of(new TopicMark(id, firstOffsets, nextOffsets));
  }

  private void run() {
    Map<String, Object> settings = ClientSettings.of(source.kafka(), ClientSettings.Kind.CONSUMER);
    KafkaUse use = KafkaUse.reading(settings, List.of(source.topic()));
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // No silent jump when offsets vanish: that is what tells an emptied topic.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.putIfAbsent(
        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, Math.toIntExact(FETCH_WAIT.toMillis()));
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    Map<String, Object> adminSettings =
        ClientSettings.of(source.kafka(), ClientSettings.Kind.ADMIN);
    try (Admin admin = BrokerRefusal.opening(use, () -> Admin.create(adminSettings))) {
      follow(admin, BrokerRefusal.opening(use, () -> new KafkaConsumer<>(settings, bytes, bytes)));
    } catch (LostException e) {
      lose(String.valueOf(e.getMessage()));
    } catch (InvalidOffsetException e) {
      lose("the records of topic " + source.topic() + " were removed: " + e.getMessage());
    } catch (InterruptedException | WakeupException | InterruptException e) {
      if (!isClosing()) {
        fail("reading topic " + source.topic() + " was interrupted");
      }
    } catch (RuntimeException e) {
      String what = "reading topic " + source.topic() + " failed: ";
      Optional<BrokerRefusal> refusal = BrokerRefusal.of(e, use);
      if (refusal.isEmpty() && !(e instanceof KafkaException)) {
        LOG.error("view ended topic={}", source.topic(), e);
      }
      fail(what + refusal.map(BrokerRefusal::text).orElseGet(() -> use.safe(e)));
    }
  }

  private void lose(String reason) {
    lostReason = reason;
    sink.lost(reason);
  }

  private void fail(String reason) {
    lostReason = reason;
    sink.failed(reason);
  }

  private void follow(Admin admin, Consumer<byte[], byte[]> consumer)
      throws InterruptedException, LostException {
    reading = consumer;
    try {
      read(admin, consumer);
    } finally {
      // in no group, it has nothing to say goodbye for, and a held back answer is not waited for
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private void read(Admin admin, Consumer<byte[], byte[]> consumer)
      throws InterruptedException, LostException {
    Bounds bounds = begin(admin, consumer);
    boolean caughtUp = false;
    long watchedAtNanos = System.nanoTime();
    while (!isClosing()) {
      Map<Integer, Long> positions = new HashMap<>();
      consumer.assignment().forEach(p -> positions.put(p.partition(), consumer.position(p)));
      positions.forEach(this::advance);
      if (!caughtUp && bounds.areReachedBy(positions)) {
        caughtUp = true;
        sink.caughtUp();
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        sink.record(record);
      }
      if (System.nanoTime() - watchedAtNanos > WATCH.toNanos()) {
        watch(admin, consumer);
        watchedAtNanos = System.nanoTime();
      }
    }
  }

  /** Where the partitions of the topic began and ended when it was opened. */
  private record Bounds(Map<Integer, Long> begins, Map<Integer, Long> ends) {
    boolean areReachedBy(Map<Integer, Long> positions) {
      return ends.entrySet().stream()
          .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }
  }

  private void advance(int partition, long offset) {
    nextOffsets.merge(partition, offset, Math::max);
  }

  /** Finds the topic, seeks to its beginning, and returns where it begins and ends now. */
  private Bounds begin(Admin admin, Consumer<byte[], byte[]> consumer)
      throws InterruptedException, LostException {
    TopicDescription description = awaitTopic(admin);
    String id = description.topicId().toString();
    List<TopicPartition> partitions =
        description.partitions().stream()
            .map(partition -> new TopicPartition(source.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    Bounds bounds =
        new Bounds(
            byNumber(retried(() -> consumer.beginningOffsets(partitions, REQUEST))),
            byNumber(retried(() -> consumer.endOffsets(partitions, REQUEST))));
    if (source.seenBefore().isPresent()) {
      compare(source.seenBefore().get(), id, bounds);
    }
    partitions.forEach(p -> consumer.seek(p, bounds.begins().getOrDefault(p.partition(), 0L)));
    firstOffsets.putAll(bounds.begins());
    nextOffsets.putAll(bounds.begins());
    source.seenBefore().ifPresent(seen -> seen.nextOffsets().forEach(this::advance));
    topicId = id;
    return bounds;
  }

  /** The topic, as soon as it exists and Kafka answers. */
  private TopicDescription awaitTopic(Admin admin) throws InterruptedException {
    while (true) {
      Optional<TopicDescription> found = describe(admin);
      if (found.isPresent()) {
        return found.get();
      }
      LOG.warn("waiting for topic topic={} hint=reseed topics apply", source.topic());
      pause();
    }
  }

  /** The topic; empty when no broker knows it or none answers. */
  private Optional<TopicDescription> describe(Admin admin) throws InterruptedException {
    try {
      Map<String, TopicDescription> found =
          admin
              .describeTopics(List.of(source.topic()))
              .allTopicNames()
              .get(REQUEST.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.ofNullable(found.get(source.topic()));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) { // an unknown topic is one of those
        return Optional.empty();
      }
      throw new KafkaException("topic " + source.topic() + " cannot be described", e.getCause());
    }
  }

  private void pause() throws InterruptedException {
    if (closing.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException();
    }
  }

  private Map<TopicPartition, Long> retried(Supplier<Map<TopicPartition, Long>> offsets)
      throws InterruptedException {
    while (true) {
      try {
        return offsets.get();
      } catch (RetriableException e) {
        LOG.warn("asking for offsets again topic={}", source.topic(), e);
        pause();
      }
    }
  }

  private void compare(TopicMark seen, String id, Bounds bounds) throws LostException {
    if (!seen.topicId().equals(id)) {
      throw new LostException(
          "topic %s was recreated: it has id %s, and %s was seen"
              .formatted(source.topic(), id, seen));
    }
    for (Map.Entry<Integer, Long> next : seen.nextOffsets().entrySet()) {
      long end = bounds.ends().getOrDefault(next.getKey(), 0L);
      if (end < next.getValue()) {
        throw new LostException(
            "topic %s lost records: partition %d ends at %d, and %s was seen"
                .formatted(source.topic(), next.getKey(), end, seen));
      }
    }
    requireSameBeginning(seen.firstOffsets(), bounds.begins());
  }

  private void requireSameBeginning(Map<Integer, Long> before, Map<Integer, Long> now)
      throws LostException {
    for (Map.Entry<Integer, Long> first : before.entrySet()) {
      long begin = now.getOrDefault(first.getKey(), Long.MAX_VALUE);
      if (begin > first.getValue()) {
        throw new LostException(
            "topic %s was emptied: partition %d begins at %d now, and began at %d"
                .formatted(source.topic(), first.getKey(), begin, first.getValue()));
      }
    }
  }

  /** Looks whether the topic is still the one that is being read. */
  private void watch(Admin admin, Consumer<byte[], byte[]> consumer)
      throws InterruptedException, LostException {
    Optional<TopicDescription> found = describe(admin);
    if (found.isEmpty()) {
      LOG.warn("topic not answered for topic={}", source.topic());
      return;
    }
    String id = found.get().topicId().toString();
    if (!id.equals(topicId)) {
      throw new LostException(
          "topic %s was recreated: it has id %s, and %s was being read"
              .formatted(source.topic(), id, topicId));
    }
    try {
      requireSameBeginning(
          firstOffsets, byNumber(consumer.beginningOffsets(consumer.assignment(), REQUEST)));
    } catch (RetriableException e) {
      LOG.warn("topic not answered for topic={}", source.topic(), e);
    }
  }

  private static Map<Integer, Long> byNumber(Map<TopicPartition, Long> offsets) {
    Map<Integer, Long> numbered = new HashMap<>();
    offsets.forEach((partition, offset) -> numbered.put(partition.partition(), offset));
    return numbered;
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  @Override
  public void close() {
    closing.countDown();
    Consumer<byte[], byte[]> consumer = reading;
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      boolean unawaited =
          Thread.currentThread().equals(thread) || thread.getState() == Thread.State.NEW;
      if (!unawaited && !thread.join(CLOSE_TIMEOUT)) {
        LOG.warn("view not closed in time topic={}", source.topic());
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
