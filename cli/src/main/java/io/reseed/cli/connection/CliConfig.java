package io.reseed.cli.connection;

import io.reseed.cli.invocation.CliException;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/**
 * How the CLI finds Kafka. An option wins over an environment variable, which wins over the file.
 *
 * @param bootstrapServers {@code host:port}, several with commas
 * @param topicPrefix in front of every topic's name, or null where nobody said one
 * @param kafka further client settings, e.g. security, by their Kafka names
 */
public record CliConfig(String bootstrapServers, @Nullable String topicPrefix, Map<String, String> kafka) {
  static final String BOOTSTRAP = "bootstrap.servers";
  static final String PREFIX = "topic.prefix";
  static final String KAFKA = "kafka.";
  static final String FILE_VARIABLE = "RESEED_CLI_CONFIG";
  static final String BOOTSTRAP_VARIABLE = "RESEED_BOOTSTRAP_SERVERS";
  static final String PREFIX_VARIABLE = "RESEED_TOPIC_PREFIX";

  /**
   * Reads the configuration.
   *
   * @throws CliException that names everything that is wrong at once
   */
  public static CliConfig load(
      @Nullable String bootstrapOption,
      @Nullable String prefixOption,
      Map<String, String> environment,
      Path home) {
    List<String> problems = new ArrayList<>();
    Map<String, String> file = read(environment, home, problems);
    String bootstrap =
        first(bootstrapOption, environment.get(BOOTSTRAP_VARIABLE), file.get(BOOTSTRAP));
    String prefix = first(prefixOption, environment.get(PREFIX_VARIABLE), file.get(PREFIX));
    if (bootstrap == null || bootstrap.isBlank()) {
      problems.add("it is not said where Kafka is");
    }
    if (prefix != null && !prefix.matches("[A-Za-z0-9._-]{0,100}")) {
      problems.add(
          "the topic prefix '" + prefix + "' has other characters than letters, digits, ._-");
    }
    if (bootstrap == null || !problems.isEmpty()) {
      throw CliException.usage(
          "the configuration cannot be used: " + String.join("; ", problems),
          ("give --bootstrap-servers, set %s, or write %s= into the file that %s names or into"
                  + " ~/.config/reseed/cli.properties")
              .formatted(BOOTSTRAP_VARIABLE, BOOTSTRAP, FILE_VARIABLE));
    }
    Map<String, String> kafka = new HashMap<>();
    file.forEach(
        (key, value) -> {
          if (key.startsWith(KAFKA)) {
            kafka.put(key.substring(KAFKA.length()), value);
          }
        });
    return new CliConfig(bootstrap, prefix, Map.copyOf(kafka));
  }

  private static Map<String, String> read(
      Map<String, String> environment, Path home, List<String> problems) {
    String named = environment.get(FILE_VARIABLE);
    Path file =
        named != null && !named.isBlank()
            ? Path.of(named)
            : home.resolve(".config").resolve("reseed").resolve("cli.properties");
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException unreadable) {
        problems.add(file + " cannot be read: " + unreadable.getMessage());
      }
    } else if (named != null && !named.isBlank()) {
      problems.add(file + ", which " + FILE_VARIABLE + " names, does not exist");
    }
    Map<String, String> values = new HashMap<>();
    Set<String> kafkaKeys = kafkaKeys();
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      values.put(key, properties.getProperty(key));
      boolean known =
          key.equals(BOOTSTRAP)
              || key.equals(PREFIX)
              || (key.startsWith(KAFKA) && kafkaKeys.contains(key.substring(KAFKA.length())));
      if (!known) {
        problems.add(file + " has the unknown key '" + key + "'");
      }
    }
    return values;
  }

  private static Set<String> kafkaKeys() {
    Set<String> keys = new HashSet<>(ProducerConfig.configNames());
    keys.addAll(ConsumerConfig.configNames());
    keys.addAll(AdminClientConfig.configNames());
    keys.remove(BOOTSTRAP);
    return keys;
  }

  private static @Nullable String first(@Nullable String... candidates) {
    for (String candidate : candidates) {
      if (candidate != null) {
        return candidate;
      }
    }
    return null;
  }
}
