package io.reseed.service;

import io.reseed.fleet.ConfigProblems;
import io.reseed.kafka.ClientSettings;
import io.smallrye.config.EnvConfigSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator set for Kafka's clients: {@code kafka.*} in files and system properties, {@code
 * KAFKA_*} in the environment.
 *
 * @param values by Kafka's own names, with passwords
 * @param unknown keys among them that Kafka does not know; an operator's own plug-ins may
 * @param leftOut what the environment has that only looks like a setting, such as KAFKA_HOME
 */
record KafkaSettings(
    Map<String, String> values, SortedSet<String> unknown, SortedSet<String> leftOut) {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSettings.class);
  private static final String PREFIX = "kafka.";
  private static final String BOOTSTRAP = "bootstrap.servers";

  /** Of Kafka Streams alone and left to operators; its other keys are the coordinator's. */
  private static final Set<String> OF_STREAMS =
      Set.of(
          "acceptable.recovery.lag",
          "allow.os.group.write.access",
          "application.server",
          "buffered.records.per.partition",
          "built.in.metrics.version",
          "default.dsl.store",
          "default.list.key.serde.inner",
          "default.list.key.serde.type",
          "default.list.value.serde.inner",
          "default.list.value.serde.type",
          "dsl.store.suppliers.class",
          "errors.dead.letter.queue.topic.name",
          "log.summary.interval.ms",
          "max.task.idle.ms",
          "max.warmup.replicas",
          "metrics.recording.level",
          "probing.rebalance.interval.ms",
          "rack.aware.assignment.non_overlap_cost",
          "rack.aware.assignment.strategy",
          "rack.aware.assignment.tags",
          "rack.aware.assignment.traffic_cost",
          "repartition.purge.interval.ms",
          "rocksdb.config.setter",
          "state.cleanup.delay.ms",
          "task.assignor.class",
          "task.timeout.ms",
          "upgrade.from",
          "window.size.ms",
          "windowed.inner.class.serde",
          "windowstore.changelog.additional.retention.ms");

  /** Given by nobody: Quarkus adds it, and a client without a group must not have it. */
  private static final String GROUP = "group.id";

  private static final String GROUP_INSTANCE = "group.instance.id";

  /**
   * Reads them.
   *
   * @param collected what Quarkus makes of the configuration: names in lower case with dots, and
   *     all that begins with KAFKA in the environment
   */
  static KafkaSettings of(Map<String, Object> collected, Config config) {
    Set<String> written = written(config);
    Set<String> named = new HashSet<>();
    config.getPropertyNames().forEach(named::add);
    Map<String, String> values = new HashMap<>();
    SortedSet<String> unknown = new TreeSet<>();
    SortedSet<String> leftOut = new TreeSet<>();
    collected.forEach(
        (key, value) -> {
          boolean isOfQuarkus =
              key.equals(GROUP) && !named.contains(PREFIX + key) && !named.contains(variable(key));
          if (value.toString().isBlank() || isOfQuarkus) {
            return;
          }
          if (isKnown(key)) {
            values.put(key, value.toString());
          } else if (written.contains(PREFIX + key)) {
            unknown.add(PREFIX + key);
            values.put(key, value.toString());
          } else {
            leftOut.add(variable(key));
          }
        });
    return new KafkaSettings(Map.copyOf(values), unknown, leftOut);
  }

  /** The configuration itself also names variables as if they were written. */
  private static Set<String> written(Config config) {
    Set<String> written = new HashSet<>();
    for (ConfigSource source : config.getConfigSources()) {
      if (!(source instanceof EnvConfigSource)) {
        written.addAll(source.getPropertyNames());
      }
    }
    return written;
  }

  static boolean isKnown(String key) {
    return ClientSettings.isKnown(key) || OF_STREAMS.contains(key);
  }

  private static String variable(String key) {
    return (PREFIX + key).replaceAll("[^a-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  /** Logs what may be a mistake. */
  void tell() {
    if (!unknown.isEmpty()) {
      LOG.warn("kafka settings that Kafka does not know are passed on keys={}", unknown);
    }
    if (!leftOut.isEmpty()) {
      LOG.info("variables that are no kafka settings are left out variables={}", leftOut);
    }
  }

  /** Notes every key that is missing, or not the operator's. */
  static void check(Map<String, String> values, ConfigProblems problems) {
    problems
        .check(() -> ClientSettings.requireOwnUntouched(values))
        .check(() -> requireNoGroup(values.keySet()))
        .check(() -> requireBootstrap(values.keySet()));
  }

  private static void requireNoGroup(Set<String> keys) {
    SortedSet<String> groups = new TreeSet<>(keys);
    groups.removeIf(key -> !key.endsWith(GROUP) && !key.endsWith(GROUP_INSTANCE));
    if (!groups.isEmpty()) {
      throw new IllegalArgumentException(
          "kafka: groups are named by the service, remove " + String.join(", ", groups));
    }
  }

  private static void requireBootstrap(Set<String> keys) {
    if (!keys.contains(BOOTSTRAP)) {
      throw new IllegalArgumentException(
          PREFIX + BOOTSTRAP + " is missing: say where Kafka is, as host:port");
    }
  }

  /** Without the values, which have passwords. */
  @Override
  public String toString() {
    return "KafkaSettings" + new TreeSet<>(values.keySet());
  }
}
