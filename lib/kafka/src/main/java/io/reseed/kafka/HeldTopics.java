package io.reseed.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches for a transaction that somebody left open on a topic: until it ends, or its writer's
 * timeout of up to 15 minutes is over, who reads committed records gets none of those behind its
 * first, and no error. It shows in a partition's last stable offset, which stands still while there
 * is more behind it (KIP-98). Thread-safe.
 */
public final class HeldTopics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeldTopics.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final int ANSWER_MILLIS_MAX = 5_000;

  private final Admin admin;
  private final Collection<String> topics;
  private final Timing timing;
  private final LongSupplier nanoTime;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread asking;
  private volatile Map<TopicPartition, Held> held = Map.of();

  /**
   * When a transaction counts as left open: those of services that work end within seconds, and
   * those of one that died within 20.
   *
   * @param interval between two questions
   * @param openMax how long one may be open
   */
  public record Timing(Duration interval, Duration openMax) {
    /** Trouble is seen within 25 s. */
    public static Timing defaults() {
      return new Timing(Duration.ofSeconds(3), Duration.ofSeconds(20));
    }
  }

  /** A partition whose last stable offset has records behind it, and since when it stands there. */
  record Held(long stableOffset, long sinceNanos) {}

  private HeldTopics(Admin admin, Collection<String> topics, Timing timing, LongSupplier nanoTime) {
    this.admin = admin;
    this.topics = List.copyOf(topics);
    this.timing = timing;
    this.nanoTime = nanoTime;
    this.asking = Thread.ofVirtual().name("reseed-held-topics").unstarted(this::askOn);
  }

  /**
   * Begins to ask in the background.
   *
   * @param kafka the settings of all clients
   * @param topics those that are read
   */
  public static HeldTopics open(
      Map<String, String> kafka, Collection<String> topics, Timing timing) {
    Map<String, Object> settings = ClientSettings.of(kafka, ClientSettings.Kind.ADMIN);
    HeldTopics watch = new HeldTopics(Admin.create(settings), topics, timing, System::nanoTime);
    watch.asking.start();
    return watch;
  }

  /** Which partition is held, since when and by what; empty when none is for too long. */
  public Optional<String> trouble() {
    long now = nanoTime.getAsLong();
    return held.entrySet().stream()
        .filter(one -> now - one.getValue().sinceNanos() > timing.openMax().toNanos())
        .min(Map.Entry.comparingByValue((a, b) -> Long.compare(a.sinceNanos(), b.sinceNanos())))
        .map(
            one ->
                "a transaction that was left open holds %s from offset %d on, for %d s"
                    .formatted(
                        one.getKey(),
                        one.getValue().stableOffset(),
                        Duration.ofNanos(now - one.getValue().sinceNanos()).toSeconds()));
  }

  /** For how long the partition that is held longest is; 0 when none is. */
  public double heldSecondsMax() {
    long now = nanoTime.getAsLong();
    return held.values().stream().mapToLong(one -> now - one.sinceNanos()).max().orElse(0) / 1e9;
  }

  private void askOn() {
    boolean wasWell = true;
    try {
      while (!closed.await(timing.interval().toMillis(), TimeUnit.MILLISECONDS)) {
        ask();
        Optional<String> trouble = trouble();
        if (trouble.isPresent() && wasWell) {
          LOG.warn("topic is held reason={}", trouble.get());
        } else if (trouble.isEmpty() && !wasWell) {
          LOG.info("topics are not held any longer");
        }
        wasWell = trouble.isEmpty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whoever gets no answer knows what he knew; that the broker is away is told elsewhere. */
  private void ask() throws InterruptedException {
    try {
      List<TopicPartition> partitions = partitions();
      Map<TopicPartition, Long> stable = ends(partitions, IsolationLevel.READ_COMMITTED);
      Map<TopicPartition, Long> all = ends(partitions, IsolationLevel.READ_UNCOMMITTED);
      held = compared(held, stable, all, nanoTime.getAsLong());
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      LOG.debug("topics' ends are not known", e);
    }
  }

  /** What is held now; since when, is known of what was held at the same offset before. */
  static Map<TopicPartition, Held> compared(
      Map<TopicPartition, Held> before,
      Map<TopicPartition, Long> stable,
      Map<TopicPartition, Long> all,
      long nowNanos) {
    Map<TopicPartition, Held> now = new HashMap<>();
    stable.forEach(
        (partition, offset) -> {
          if (all.getOrDefault(partition, offset) > offset) {
            Held known = before.get(partition);
            boolean isSame = known != null && known.stableOffset() == offset;
            now.put(partition, isSame ? known : new Held(offset, nowNanos));
          }
        });
    return Map.copyOf(now);
  }

  private List<TopicPartition> partitions()
      throws ExecutionException, InterruptedException, TimeoutException {
    List<TopicPartition> partitions = new ArrayList<>();
    admin
        .describeTopics(topics)
        .allTopicNames()
        .get(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
        .forEach(
            (name, topic) ->
                topic
                    .partitions()
                    .forEach(one -> partitions.add(new TopicPartition(name, one.partition()))));
    return partitions;
  }

  private Map<TopicPartition, Long> ends(List<TopicPartition> partitions, IsolationLevel level)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(asked, new ListOffsetsOptions(level).timeoutMs(ANSWER_MILLIS_MAX))
        .all()
        .get(ANSWER_MILLIS_MAX * 2L, TimeUnit.MILLISECONDS)
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  @Override
  public void close() {
    closed.countDown();
    asking.interrupt();
    admin.close(CLOSE_TIMEOUT);
  }
}
