package io.reseed.installation;

import io.reseed.testkit.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@code reseed} command as a process, pointed at one installation. */
public final class CommandLine {
  /** What Kafka may take: a machine that is busy with all else takes its time. */
  private static final String KAFKA_SECONDS = "90";

  private static final long TIMEOUT_SECONDS = 120;

  private final Path configuration;
  private final Path logs;

  CommandLine(Path configuration, Path logs) {
    this.configuration = configuration;
    this.logs = logs;
  }

  /** The command's configuration file, as text. */
  static String configuration(KafkaAccess kafka) {
    StringBuilder text = new StringBuilder();
    text.append("bootstrap.servers=").append(kafka.broker().bootstrapServers()).append('\n');
    kafka
        .clientSettings()
        .forEach(
            (key, value) ->
                text.append("kafka.")
                    .append(key)
                    .append('=')
                    .append(value.replace("\\", "\\\\"))
                    .append('\n'));
    return text.toString();
  }

  /**
   * Runs one command, which must be one that talks to Kafka, and returns what it printed.
   *
   * @throws IllegalStateException when it fails, with what it printed
   */
  public String run(String... arguments) {
    Path target = Parts.root().resolve("cli/target");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                target.resolve("classes") + ":" + target.resolve("lib") + "/*",
                "io.reseed.cli.Reseed"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--timeout", KAFKA_SECONDS));
    try {
      Files.createDirectories(logs);
      Path output = Files.createTempFile(logs, "cli-", ".log");
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.directory(Parts.root().toFile());
      builder.environment().put("RESEED_CLI_CONFIG", configuration.toString());
      builder.environment().remove("RESEED_BOOTSTRAP_SERVERS"); // which would win over the file
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      Process process = builder.start();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "reseed " + String.join(" ", arguments) + " did not end in " + TIMEOUT_SECONDS + " s");
      }
      String printed = Files.readString(output);
      if (process.exitValue() != 0) {
        throw new IllegalStateException(
            "reseed %s failed (%d): %s"
                .formatted(String.join(" ", arguments), process.exitValue(), printed));
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run the reseed command", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the reseed command ran", e);
    }
  }
}
