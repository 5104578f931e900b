package io.reseed.agent;

import io.reseed.events.Event;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes what an agent did. Thread-safe. */
public final class Reporter {
  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);

  private final EventTopics topics;
  private final EventPublisher publisher;
  private final InstantSource clock;

  /** The publisher belongs to the caller. */
  public Reporter(EventTopics topics, EventPublisher publisher, InstantSource clock) {
    this.topics = topics;
    this.publisher = publisher;
    this.clock = clock;
  }

  /**
   * Publishes, and returns when Kafka confirmed it.
   *
   * @throws KafkaException when it may not have been written
   */
  public void publish(Event event) throws InterruptedException {
    publisher.publishAndWait(topics.publication(event, clock.instant()));
  }

  /** Publishes until Kafka has it: somebody waits for it. */
  void publishUntilConfirmed(Event event, Duration retryInterval) throws InterruptedException {
    while (true) {
      try {
        publish(event);
        return;
      } catch (KafkaException e) {
        LOG.warn("report not published yet key={} reason={}", event.key(), e.getMessage());
      }
      TimeUnit.MILLISECONDS.sleep(retryInterval.toMillis());
    }
  }
}
