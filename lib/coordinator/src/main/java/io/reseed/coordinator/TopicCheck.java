package io.reseed.coordinator;

import io.reseed.fleet.FailureCode;
import io.reseed.kafka.BrokerRefusal;
import io.reseed.kafka.BrokerRefusedException;
import io.reseed.kafka.ClientSettings;
import io.reseed.kafka.KafkaUse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the topics of a service to exist, and refuses counts and sizes that cannot work. */
final class TopicCheck {
  private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration REQUEST = Duration.ofSeconds(10);

  private TopicCheck() {}

  /**
   * How many partitions the inputs have.
   *
   * @throws IllegalStateException naming what is missing or unequal, and what to do
   * @throws BrokerRefusedException at once when settings, password, certificate or rights are wrong
   */
  static int await(ShardService<?, ?, ?, ?> service, RuntimeConfig config)
      throws InterruptedException {
    Map<String, String> kafka = config.kafka();
    Map<String, Object> settings = ClientSettings.of(kafka, ClientSettings.Kind.ADMIN);
    Set<String> wanted = new TreeSet<>(service.inputTopics());
    wanted.addAll(service.outputTopics());
    KafkaUse use = KafkaUse.readingAndWriting(settings, wanted);
    try (Admin admin = BrokerRefusal.opening(use, () -> Admin.create(settings))) {
      int partitions =
          requireEqualPartitions(service, awaitTopics(admin, wanted, config.timing().topicWait()));
      requireStates(admin, ShardTopology.changelog(service.applicationId()), partitions);
      requireRoom(admin, service.outputTopics(), config.limits().publicationBytesMax());
      return partitions;
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
        Map<String, Integer> found = partitions(admin, wanted);
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
  static Map<String, Integer> partitions(Admin admin, Collection<String> topics)
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

  /**
   * A record that its topic does not take would end transaction after transaction, and with them
   * all shards' repairs.
   */
  private static void requireRoom(Admin admin, Set<String> topics, int bytes)
      throws InterruptedException {
    Map<String, Integer> narrow = new TreeMap<>();
    try {
      narrow.putAll(bytesMax(admin, topics));
    } catch (KafkaException | TimeoutException e) {
      LOG.info("sizes of topics not checked reason={}", String.valueOf(e.getMessage()));
      return;
    }
    narrow.values().removeIf(most -> most >= bytes);
    if (!narrow.isEmpty()) {
      throw new IllegalStateException(
          "%s: topics take records of less than %d bytes, which a status may have: %s; raise their %s"
              .formatted(
                  FailureCode.TOPIC_UNFIT, bytes, narrow, TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
    }
  }

  /**
   * What records on the topics may have.
   *
   * @throws KafkaException for who may not ask for the topics' settings
   */
  static Map<String, Integer> bytesMax(Admin admin, Set<String> topics)
      throws InterruptedException, TimeoutException {
    List<ConfigResource> resources =
        topics.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    try {
      Map<String, Integer> found = new TreeMap<>();
      admin
          .describeConfigs(resources)
          .all()
          .get(REQUEST.toMillis(), TimeUnit.MILLISECONDS)
          .forEach(
              (topic, settings) ->
                  bytesMax(settings).ifPresent(most -> found.put(topic.name(), most)));
      return found;
    } catch (ExecutionException e) {
      throw new KafkaException("topics' settings are not told: " + e.getCause(), e);
    }
  }

  private static Optional<Integer> bytesMax(Config settings) {
    return Optional.ofNullable(settings.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
        .map(entry -> Integer.parseInt(entry.value()));
  }

  /** Kafka Streams says of its own topic only that something about it is invalid. */
  private static void requireStates(Admin admin, String changelog, int partitions)
      throws InterruptedException {
    try {
      Integer stored = partitions(admin, Set.of(changelog)).get(changelog);
      if (stored != null && stored != partitions) {
        throw new IllegalStateException(
            ("%s: the topics have %d partitions now, and what is stored of the shards has %d (%s):"
                    + " see 'reseed explain %1$s'")
                .formatted(FailureCode.TOPIC_UNFIT, partitions, stored, changelog));
      }
    } catch (TimeoutException | RetriableException e) {
      LOG.info("topic of the states not checked reason={}", String.valueOf(e.getMessage()));
    }
  }

  private static int requireEqualPartitions(
      ShardService<?, ?, ?, ?> service, Map<String, Integer> partitionsOfTopic) {
    Map<String, Integer> inputs = new TreeMap<>(partitionsOfTopic);
    inputs.keySet().retainAll(service.inputTopics());
    if (Set.copyOf(inputs.values()).size() > 1) {
      throw new IllegalStateException(
          "%s: %s reads topics whose partition counts differ, so the records of a shard would meet"
                  .formatted(FailureCode.TOPIC_UNFIT, service.applicationId())
              + " different machines: "
              + inputs
              + "; give all the same number (reseed topics apply shows the differences)");
    }
    return inputs.values().iterator().next();
  }
}
