package io.reseed.cli.topics;

import com.fasterxml.jackson.databind.JsonNode;
import io.reseed.cli.files.YamlFile;
import io.reseed.events.Topic;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What {@code deploy/topics.yaml} says.
 *
 * @param prefix in front of every topic's name, unless the CLI is told another one
 * @param partitions of every topic
 * @param replicationFactor or -1 for the broker's default
 * @param settings of every topic by their Kafka names
 */
public record TopicsFile(
    String prefix,
    int partitions,
    short replicationFactor,
    Map<Topic, Map<String, String>> settings) {
  private static final Set<String> KEYS =
      Set.of("prefix", "partitions", "replicationFactor", "topics");
  private static final int PARTITIONS_MAX = 1_000;

  /** Reads the file; it must name exactly the topics there are, each with its cleanup. */
  public static TopicsFile read(Path path) {
    YamlFile file = YamlFile.read(path);
    JsonNode root = file.root();
    file.checkKeys("the file", root, KEYS);
    int partitions = root.path("partitions").asInt();
    if (partitions < 1 || partitions > PARTITIONS_MAX) {
      file.problem("'partitions' must be between 1 and " + PARTITIONS_MAX);
    }
    int replicationFactor = root.path("replicationFactor").asInt(-1);
    if (replicationFactor != -1 && (replicationFactor < 1 || replicationFactor > 100)) {
      file.problem("'replicationFactor' must be -1 or between 1 and 100");
    }
    Set<String> names =
        Arrays.stream(Topic.values()).map(Topic::baseName).collect(Collectors.toSet());
    file.checkKeys("'topics'", root.path("topics"), names);
    Map<Topic, Map<String, String>> settings = new EnumMap<>(Topic.class);
    for (Topic topic : Topic.values()) {
      settings.put(topic, settings(file, topic, root.path("topics").path(topic.baseName())));
    }
    file.refuseProblems();
    return new TopicsFile(
        root.path("prefix").asText(""), partitions, (short) replicationFactor, settings);
  }

  private static Map<String, String> settings(YamlFile file, Topic topic, JsonNode node) {
    Map<String, String> settings = new TreeMap<>();
    node.properties().forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
    String cleanup = topic.cleanup().name().toLowerCase(Locale.ROOT);
    if (!node.isObject()) {
      file.problem("'topics' does not name '" + topic.baseName() + "'");
    } else if (!cleanup.equals(settings.get("cleanup.policy"))) {
      file.problem(topic.baseName() + " must have cleanup.policy: " + cleanup);
    }
    return settings;
  }
}
