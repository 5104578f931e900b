package io.reseed.coordinator;

import io.reseed.fleet.FailureCode;
import io.reseed.kafka.ClientSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the topics of an instance stay as they were when it began. With another number of
 * partitions a shard's records go elsewhere, to a machine that knows nothing of it; what a topic
 * does not take any more would end transaction after transaction, and with them all shards' work.
 * Thread-safe.
 */
final class TopicWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(3);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Admin admin;
  private final Needs needs;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Map<String, Integer> repartitioned = Map.of();
  private volatile Map<String, Integer> narrow = Map.of();

  /**
   * How the topics have to be.
   *
   * @param partitions of each input
   * @param bytes that a record on each output may have
   */
  record Needs(Set<String> inputs, int partitions, Set<String> outputs, int bytes) {}

  private TopicWatch(Admin admin, Needs needs) {
    this.admin = admin;
    this.needs = needs;
  }

  /** Looks at nothing before {@link #start}. */
  static TopicWatch prepare(Map<String, String> kafka, Needs needs) {
    return new TopicWatch(Admin.create(ClientSettings.of(kafka, ClientSettings.Kind.ADMIN)), needs);
  }

  /**
   * Begins to look in the background.
   *
   * @param sharing told whether the inputs have the partitions by which shards are shared, at each
   *     change of that
   */
  void start(Consumer<Boolean> sharing) {
    Thread.ofVirtual().name("topic-watch").start(() -> lookOn(sharing));
  }

  /** What is wrong with the topics, and what to do, if so. */
  Optional<String> trouble() {
    Map<String, Integer> counts = repartitioned;
    if (!counts.isEmpty()) {
      return Optional.of(
          ("%s: shards are shared by %d partitions, and topics have others now: %s; nothing is"
                  + " decided: see 'reseed explain %1$s'")
              .formatted(FailureCode.TOPIC_UNFIT, needs.partitions(), counts));
    }
    Map<String, Integer> sizes = narrow;
    return sizes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s: topics take records of less than %d bytes: %s; larger ones are left out: raise max.message.bytes"
                .formatted(FailureCode.TOPIC_UNFIT, needs.bytes(), sizes));
  }

  /** What a record on the topic may have, as far as that is known. */
  int bytesMax(String topic) {
    return narrow.getOrDefault(topic, Integer.MAX_VALUE);
  }

  private void lookOn(Consumer<Boolean> sharing) {
    Optional<String> before = Optional.empty();
    try {
      while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        boolean wasShared = repartitioned.isEmpty();
        look();
        if (repartitioned.isEmpty() != wasShared) {
          sharing.accept(!wasShared);
        }
        Optional<String> now = trouble();
        if (!now.equals(before)) {
          now.ifPresentOrElse(
              trouble -> LOG.error("topics are unfit reason={}", trouble),
              () -> LOG.info("topics are fit again"));
        }
        before = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Whoever gets no answer knows what he knew; that the broker is away is told elsewhere. Nothing
   * ends the looking but the end of the instance.
   */
  private void look() throws InterruptedException {
    try {
      Map<String, Integer> counts = new TreeMap<>(TopicCheck.partitions(admin, needs.inputs()));
      counts.values().removeIf(count -> count == needs.partitions());
      repartitioned = counts;
      Map<String, Integer> sizes = new TreeMap<>(TopicCheck.bytesMax(admin, needs.outputs()));
      sizes.values().removeIf(bytes -> bytes >= needs.bytes());
      narrow = sizes;
    } catch (TimeoutException | RuntimeException e) {
      LOG.debug("topics are not described", e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    admin.close(CLOSE_TIMEOUT);
  }
}
