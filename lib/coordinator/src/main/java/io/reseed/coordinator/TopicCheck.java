package io.reseed.coordinator;

import io.reseed.kafka.BrokerRefusal;
import io.reseed.kafka.BrokerRefusedException;
import io.reseed.kafka.ClientSettings;
import io.reseed.kafka.KafkaUse;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Waits for the topics of a service to exist, and refuses partition counts that cannot work. */
final class TopicCheck {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration REQUEST = Duration.ofSeconds(10);

  private TopicCheck() {}

  /**
   * How many partitions the inputs have.
   *
   * @throws IllegalStateException naming what is missing or unequal, and what to do
   * @throws BrokerRefusedException at once when settings, password, certificate or rights are wrong
   */
  static int await(Map<String, String> kafka, ShardService<?, ?, ?, ?> service, Duration wait)
      throws InterruptedException {
    Map<String, Object> settings = ClientSettings.of(kafka, ClientSettings.Kind.ADMIN);
    Set<String> wanted = new TreeSet<>(service.inputTopics());
    wanted.addAll(service.outputTopics());
    KafkaUse use = KafkaUse.readingAndWriting(settings, wanted);
    try (Admin admin = BrokerRefusal.opening(use, () -> Admin.create(settings))) {
      return requireEqualPartitions(service, awaitTopics(admin, wanted, wait));
    } catch (UndescribedException e) {
      KafkaUse ofTopic =
          service.inputTopics().contains(e.topic)
              ? KafkaUse.reading(settings, Set.of(e.topic))
              : KafkaUse.writing(settings, Set.of(e.topic));
      throw BrokerRefusal.exception(e, ofTopic).<RuntimeException>map(named -> named).orElse(e);
    }
  }

  private static Map<String, Integer> awaitTopics(Admin admin, Set<String> wanted, Duration wait)
      throws InterruptedException {
    long deadlineNanos = System.nanoTime() + wait.toNanos();
    while (true) {
      String trouble;
      try {
        Map<String, Integer> found = partitionsOfTopics(admin, wanted);
        if (found.size() == wanted.size()) {
          return found;
        }
        Set<String> missing = new TreeSet<>(wanted);
        missing.removeAll(found.keySet());
        trouble = "topics do not exist: " + missing + "; create them with: reseed topics apply";
      } catch (TimeoutException | RetriableException e) {
        trouble = "the Kafka brokers do not answer (" + e + "): check kafka bootstrap.servers";
      }
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new IllegalStateException("after " + wait + ", " + trouble);
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  /** Kafka answers, but not what is asked. */
  private static final class UndescribedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final String topic;

    UndescribedException(String topic, ExecutionException thrown) {
      super("topic " + topic + " cannot be described: " + thrown.getCause(), thrown);
      this.topic = topic;
    }
  }

  /** The partition counts of those topics that exist. */
  private static Map<String, Integer> partitionsOfTopics(Admin admin, Collection<String> topics)
      throws InterruptedException, TimeoutException {
    Map<String, Integer> found = new TreeMap<>();
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin.describeTopics(topics).topicNameValues();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
      try {
        TopicDescription topic = answer.getValue().get(REQUEST.toMillis(), TimeUnit.MILLISECONDS);
        found.put(answer.getKey(), topic.partitions().size());
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case UnknownTopicOrPartitionException _ -> {}
          case RetriableException retriable -> throw retriable;
          case null, default -> throw new UndescribedException(answer.getKey(), e);
        }
      }
    }
    return found;
  }

  private static int requireEqualPartitions(
      ShardService<?, ?, ?, ?> service, Map<String, Integer> partitionsOfTopic) {
    Map<String, Integer> inputs = new TreeMap<>(partitionsOfTopic);
    inputs.keySet().retainAll(service.inputTopics());
    if (Set.copyOf(inputs.values()).size() > 1) {
      throw new IllegalStateException(
          "%s reads topics whose partition counts differ, so the records of a shard would meet"
                  .formatted(service.applicationId())
              + " different machines: "
              + inputs
              + "; give all the same number (reseed topics apply shows the differences)");
    }
    return inputs.values().iterator().next();
  }
}
