package io.reseed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.cli.connection.CliConfig;
import io.reseed.cli.invocation.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class CliConfigTest {
  @TempDir private Path home;

  @Test
  void anOptionWinsOverAVariableWhichWinsOverTheFile() throws IOException {
    Path file = file("bootstrap.servers=file:1\ntopic.prefix=file-\n");
    Map<String, String> fileOnly = Map.of("RESEED_CLI_CONFIG", file.toString());
    Map<String, String> both =
        Map.of(
            "RESEED_CLI_CONFIG", file.toString(),
            "RESEED_BOOTSTRAP_SERVERS", "variable:1",
            "RESEED_TOPIC_PREFIX", "variable-");

    assertThat(CliConfig.load(null, null, fileOnly, home))
        .isEqualTo(new CliConfig("file:1", "file-", Map.of()));
    assertThat(CliConfig.load(null, null, both, home))
        .isEqualTo(new CliConfig("variable:1", "variable-", Map.of()));
    assertThat(CliConfig.load("option:1", "", both, home))
        .isEqualTo(new CliConfig("option:1", "", Map.of()));
  }

  @Test
  void theFileInTheHomeFolderIsReadWhereNoneIsNamed() throws IOException {
    Path file = home.resolve(".config/reseed/cli.properties");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "bootstrap.servers=home:1\nkafka.security.protocol=SSL\n");

    assertThat(CliConfig.load(null, null, Map.of(), home))
        .isEqualTo(new CliConfig("home:1", null, Map.of("security.protocol", "SSL")));
  }

  @Test
  void everyClientSettingIsTakenFromFileAndEnvironment() throws IOException {
    Path file =
        file(
            """
            bootstrap.servers=x:1
            kafka.producer.linger.ms=1
            kafka.security.protocol=SSL
            kafka.ssl.truststore.location=/a.pem
            """);
    Map<String, String> environment =
        Map.of(
            "RESEED_CLI_CONFIG", file.toString(),
            "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
            "KAFKA_SASL_JAAS_CONFIG", "login",
            "KAFKA_HOME", "/opt/kafka",
            "KAFKA_BOOTSTRAP_SERVERS", "services:1");

    CliConfig config = CliConfig.load(null, null, environment, home);

    assertThat(config.bootstrapServers()).isEqualTo("x:1");
    assertThat(config.kafka())
        .isEqualTo(
            Map.of(
                "producer.linger.ms", "1",
                "security.protocol", "SASL_SSL",
                "ssl.truststore.location", "/a.pem",
                "sasl.jaas.config", "login"));
    assertThat(config.toString()).doesNotContain("login");
  }

  @Test
  void whatCorrectnessDependsOnIsRefused() throws IOException {
    Path file = file("bootstrap.servers=x:1\nkafka.isolation.level=read_uncommitted\n");

    assertThatThrownBy(
            () -> CliConfig.load(null, null, Map.of("RESEED_CLI_CONFIG", file.toString()), home))
        .hasMessageContaining("isolation.level");
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() throws IOException {
    Path file =
        file(
            """
            bootstrap.server=x:1
            kafka.no.such=1
            kafka.bootstrap.servers=y:1
            topic.prefix=a b
            """);

    assertThatThrownBy(
            () -> CliConfig.load(null, null, Map.of("RESEED_CLI_CONFIG", file.toString()), home))
        .isInstanceOfSatisfying(
            CliException.class, problem -> assertThat(problem.exitCode()).isEqualTo(2))
        .hasMessageContainingAll(
            "'bootstrap.server'",
            "'kafka.no.such'",
            "'kafka.bootstrap.servers'",
            "topic prefix 'a b'",
            "not said where Kafka is");
  }

  @Test
  void aFileThatIsNamedMustExist() {
    Map<String, String> environment =
        Map.of("RESEED_CLI_CONFIG", "nowhere", "RESEED_BOOTSTRAP_SERVERS", "x:1");

    assertThatThrownBy(() -> CliConfig.load(null, null, environment, home))
        .hasMessageContaining("nowhere, which RESEED_CLI_CONFIG names, does not exist");
  }

  private Path file(String content) throws IOException {
    return Files.writeString(home.resolve("cli.properties"), content);
  }
}
