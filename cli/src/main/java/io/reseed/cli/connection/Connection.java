package io.reseed.cli.connection;

import io.reseed.cli.invocation.CliException;
import io.reseed.cli.invocation.Surroundings;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command that talks to Kafka. */
public final class Connection {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "<host:port,…>",
      description =
          "Where Kafka is; else RESEED_BOOTSTRAP_SERVERS; else bootstrap.servers in the file"
              + " RESEED_CLI_CONFIG, else in ~/.config/reseed/cli.properties.")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--topic-prefix",
      paramLabel = "<prefix>",
      description =
          "In front of every topic's name; else RESEED_TOPIC_PREFIX; else topic.prefix in the"
              + " file; else none.")
  private @Nullable String topicPrefix;

  @Option(
      names = "--timeout",
      paramLabel = "<seconds>",
      defaultValue = "10",
      description =
          "The longest that publishing, or one look at Kafka, may take (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds = 10;

  /** Reads the configuration; nothing is connected yet. */
  public Kafka kafka() {
    if (timeoutSeconds < 1 || timeoutSeconds > 3_600) {
      throw CliException.usage(
          "--timeout must be between 1 and 3600 seconds", "give another number of seconds");
    }
    Surroundings surroundings = (Surroundings) Objects.requireNonNull(command).root().userObject();
    return new Kafka(
        CliConfig.load(
            bootstrapServers, topicPrefix, surroundings.environment(), surroundings.home()),
        Duration.ofSeconds(timeoutSeconds));
  }
}
