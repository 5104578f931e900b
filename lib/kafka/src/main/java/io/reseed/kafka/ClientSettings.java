package io.reseed.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The operator's settings for Kafka's clients, and which of them are not the operator's.
 *
 * <p>One map serves all clients. As in Kafka Streams, {@code producer.}, {@code consumer.} and
 * {@code admin.} before a key give it to clients of that kind alone, and over the plain key.
 */
public final class ClientSettings {
  /** A kind of plain client. */
  public enum Kind {
    PRODUCER("producer."),
    CONSUMER("consumer."),
    ADMIN("admin.");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }
  }

  /** Longer ones first: {@code main.consumer.} is no key of a {@code consumer.}. */
  private static final List<String> PREFIXES =
      List.of(
          "main.consumer.",
          "restore.consumer.",
          "global.consumer.",
          "consumer.",
          "producer.",
          "admin.");

  /** Frameworks add these by themselves to what an operator gave: ours never come from there. */
  private static final Set<String> IDENTITIES =
      Set.of("group.id", "group.instance.id", "client.id");

  /** What correctness depends on, with the one value that it may have. */
  private static final Map<String, String> REQUIRED =
      Map.ofEntries(
          Map.entry("acks", "all"),
          Map.entry("allow.auto.create.topics", "false"),
          Map.entry("enable.auto.commit", "false"),
          Map.entry("enable.idempotence", "true"),
          Map.entry("ensure.explicit.internal.resource.naming", "true"),
          Map.entry("isolation.level", "read_committed"),
          Map.entry("processing.guarantee", "exactly_once_v2"),
          Map.entry("topology.optimization", "none"));

  /** What correctness depends on and the service works out, or has a key of its own for. */
  private static final Set<String> OWN =
      Set.of(
          "application.id",
          "auto.offset.reset",
          "cache.max.bytes.buffering",
          "commit.interval.ms",
          "default.client.supplier",
          "default.deserialization.exception.handler",
          "default.key.serde",
          "default.production.exception.handler",
          "default.timestamp.extractor",
          "default.value.serde",
          "deserialization.exception.handler",
          "group.protocol",
          "heartbeat.interval.ms",
          "key.deserializer",
          "key.serializer",
          "max.request.size",
          "num.standby.replicas",
          "num.stream.threads",
          "partition.assignment.strategy",
          "poll.ms",
          "processing.exception.handler",
          "processor.wrapper.class",
          "production.exception.handler",
          "replication.factor",
          "session.timeout.ms",
          "state.dir",
          "statestore.cache.max.bytes",
          "topic.cleanup.policy",
          "topic.max.message.bytes",
          "topic.retention.bytes",
          "topic.retention.ms",
          "transaction.timeout.ms",
          "transactional.id",
          "value.deserializer",
          "value.serializer");

  /** What Quarkus' TLS registry is asked for by, and its own key for a client. */
  private static final String TLS_CONFIGURATION = "tls-configuration-name";

  private ClientSettings() {}

  /** Whether some client of Kafka or the service knows this key, with or without a prefix. */
  public static boolean isKnown(String key) {
    String bare = withoutPrefix(key);
    return ProducerConfig.configNames().contains(bare)
        || ConsumerConfig.configNames().contains(bare)
        || AdminClientConfig.configNames().contains(bare)
        || REQUIRED.containsKey(bare)
        || OWN.contains(bare)
        || bare.equals(TLS_CONFIGURATION);
  }

  /**
   * Checks that nothing is given which correctness depends on; its one right value may be.
   *
   * @throws IllegalArgumentException that names every such key
   */
  public static void requireOwnUntouched(Map<String, String> kafka) {
    List<String> wrong = new ArrayList<>();
    new TreeMap<>(kafka)
        .forEach(
            (key, value) -> {
              String bare = withoutPrefix(key);
              String required = REQUIRED.get(bare);
              if (required != null && !required.equals(value.strip())) {
                wrong.add(key + " (always " + required + ")");
              } else if (OWN.contains(bare)) {
                wrong.add(key + " (set by the service)");
              }
            });
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "kafka: the service depends on its own values of these settings, remove them: "
              + String.join(", ", wrong));
    }
  }

  /** All settings but group and client ids, prefixed ones as they are: for Kafka Streams. */
  public static Map<String, Object> ofStreams(Map<String, String> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.keySet().removeIf(key -> IDENTITIES.contains(withoutPrefix(key)));
    return settings;
  }

  /** The settings of a plain client of this kind, which has no group. */
  public static Map<String, Object> of(Map<String, String> kafka, Kind kind) {
    Map<String, Object> settings = new HashMap<>();
    kafka.forEach(
        (key, value) -> {
          if (PREFIXES.stream().noneMatch(key::startsWith)) {
            settings.put(key, value);
          }
        });
    kafka.forEach(
        (key, value) -> {
          if (key.startsWith(kind.prefix)) {
            settings.put(key.substring(kind.prefix.length()), value);
          }
        });
    settings.keySet().removeAll(Set.of("group.id", "group.instance.id"));
    return settings;
  }

  private static String withoutPrefix(String key) {
    return PREFIXES.stream()
        .filter(key::startsWith)
        .findFirst()
        .map(prefix -> key.substring(prefix.length()))
        .orElse(key);
  }
}
