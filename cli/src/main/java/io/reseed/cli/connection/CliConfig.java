package io.reseed.cli.connection;

import io.reseed.cli.invocation.CliException;
import io.reseed.kafka.ClientSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How the CLI finds Kafka. An option wins over an environment variable, which wins over the file.
 * Client settings are {@code kafka.*} in the file, {@code KAFKA_*} in the environment.
 *
 * @param bootstrapServers {@code host:port}, several with commas
 * @param topicPrefix in front of every topic's name, or null where nobody said one
 * @param kafka further client settings, e.g. security, by their Kafka names; with passwords
 */
public record CliConfig(
    String bootstrapServers, @Nullable String topicPrefix, Map<String, String> kafka) {
  static final String BOOTSTRAP = "bootstrap.servers";
  static final String PREFIX = "topic.prefix";
  static final String KAFKA = "kafka.";
  static final String FILE_VARIABLE = "RESEED_CLI_CONFIG";
  static final String BOOTSTRAP_VARIABLE = "RESEED_BOOTSTRAP_SERVERS";
  static final String PREFIX_VARIABLE = "RESEED_TOPIC_PREFIX";
  private static final String KAFKA_VARIABLE = "KAFKA_";

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
    Map<String, String> kafka = kafka(environment, file);
    try {
      ClientSettings.requireOwnUntouched(kafka);
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    if (bootstrap == null || !problems.isEmpty()) {
      throw CliException.usage(
          "the configuration cannot be used: " + String.join("; ", problems),
          ("give --bootstrap-servers, set %s, or write %s= into the file that %s names or into"
                  + " ~/.config/reseed/cli.properties")
              .formatted(BOOTSTRAP_VARIABLE, BOOTSTRAP, FILE_VARIABLE));
    }
    return new CliConfig(bootstrap, prefix, Map.copyOf(kafka));
  }

  /** What else the environment has under KAFKA_ is nobody's setting, such as KAFKA_HOME. */
  private static Map<String, String> kafka(
      Map<String, String> environment, Map<String, String> file) {
    Map<String, String> kafka = new HashMap<>();
    file.forEach(
        (key, value) -> {
          if (key.startsWith(KAFKA)) {
            kafka.put(key.substring(KAFKA.length()), value);
          }
        });
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(KAFKA_VARIABLE) && !value.isBlank()) {
            String key = variable.substring(KAFKA_VARIABLE.length()).toLowerCase(Locale.ROOT);
            kafka.put(key.replace('_', '.'), value);
          }
        });
    kafka.keySet().removeIf(key -> !isKnown(key));
    return kafka;
  }

  private static boolean isKnown(String key) {
    return !key.equals(BOOTSTRAP) && ClientSettings.isKnown(key);
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
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      values.put(key, properties.getProperty(key));
      boolean known =
          key.equals(BOOTSTRAP)
              || key.equals(PREFIX)
              || (key.startsWith(KAFKA) && isKnown(key.substring(KAFKA.length())));
      if (!known) {
        problems.add(file + " has the unknown key '" + key + "'");
      }
    }
    return values;
  }

  private static @Nullable String first(@Nullable String... candidates) {
    for (String candidate : candidates) {
      if (candidate != null) {
        return candidate;
      }
    }
    return null;
  }

  /** Without the settings, which have passwords. */
  @Override
  public String toString() {
    return "CliConfig[" + bootstrapServers + ", " + topicPrefix + "]";
  }
}
