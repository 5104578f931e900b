package io.reseed.cli.connection;

import io.reseed.cli.invocation.CliException;
import io.reseed.events.Event;
import io.reseed.events.Topic;
import io.reseed.events.codec.EncodedEvent;
import io.reseed.events.codec.EventCodec;
import io.reseed.events.codec.EventContext;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Publishes what operators and topology managers say, and returns only once the broker has it. All
 * these events are keyed by what their partition is chosen by, so the default partitioner is right.
 */
public final class EventSender {
  private static final URI SOURCE = URI.create("/reseed/cli");

  private final Kafka kafka;
  private final EventCodec codec = new EventCodec();

  public EventSender(Kafka kafka) {
    this.kafka = kafka;
  }

  /**
   * Publishes all {@code events}.
   *
   * @throws CliException when one may not have been written; publishing all again does no harm
   */
  public void publish(List<? extends Event> events) {
    String id = UUID.randomUUID().toString();
    List<EncodedEvent> encoded = new ArrayList<>();
    for (Event event : events) {
      EventContext context =
          new EventContext(id + "-" + encoded.size(), SOURCE, Instant.now(), null);
      encoded.add(codec.encode(event, context));
    }
    send(encoded);
  }

  /** Publishes a tombstone for {@code key}. */
  public void publishTombstone(Topic topic, String key) {
    send(List.of(codec.tombstone(topic, key, key)));
  }

  private void send(List<EncodedEvent> events) {
    String topic = kafka.nameOf(events.getFirst().topic());
    kafka.within(
        "publish on " + topic,
        () -> {
          sendAll(topic, events);
          return events.size();
        });
  }

  private void sendAll(String topic, List<EncodedEvent> events)
      throws InterruptedException, ExecutionException {
    // the rest of the time is for finding out why it did not work
    Duration limit = kafka.timeout().multipliedBy(7).dividedBy(10);
    KafkaProducer<String, byte[]> producer = kafka.producer(limit);
    try {
      List<Future<RecordMetadata>> written = new ArrayList<>();
      for (EncodedEvent event : events) {
        written.add(producer.send(record(topic, event)));
      }
      for (Future<RecordMetadata> each : written) {
        each.get();
      }
    } catch (TimeoutException late) {
      throw diagnose(topic);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof TimeoutException) {
        throw diagnose(topic);
      }
      throw failed;
    } finally {
      producer.close(Duration.ZERO);
    }
  }

  private static ProducerRecord<String, byte[]> record(String topic, EncodedEvent event) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, event.key(), event.value());
    event.headers().forEach((name, value) -> record.headers().add(name, value));
    return record;
  }

  /** A producer says the same of a missing topic as of a missing broker. */
  private CliException diagnose(String topic) throws InterruptedException {
    Duration limit = kafka.timeout().dividedBy(5);
    String what = "publish on " + topic;
    try (Admin admin = kafka.admin(limit)) {
      admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return kafka.unreachable(what);
    } catch (ExecutionException failed) {
      return failed.getCause() instanceof UnknownTopicOrPartitionException
          ? kafka.noTopic(what, topic)
          : kafka.unreachable(what);
    } catch (java.util.concurrent.TimeoutException | KafkaException away) {
      return kafka.unreachable(what);
    }
  }
}
