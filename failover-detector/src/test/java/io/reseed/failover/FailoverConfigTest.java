package io.reseed.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.mysql.Credentials;
import io.reseed.mysql.trust.ServerTrust;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class FailoverConfigTest {
  private static final Path EXAMPLE =
      Path.of(
          System.getProperty("reseed.root", ".."), "deploy/config/failover-detector.properties");

  @Test
  void theExampleIsValidAndNamesEveryDefaultAsItIs() throws IOException {
    Map<String, String> asItIs = example(false);
    Map<String, String> uncommented = example(true);

    FailoverConfig config = TestConfig.mapped(asItIs);
    FailoverConfig spelledOut = TestConfig.mapped(uncommented);

    assertThat(config.instance()).isEqualTo("detector-1");
    assertThat(config.mysql().accounts()).containsOnlyKeys("commerce");
    assertThat(FailoverConfig.policy(spelledOut.detector()))
        .isEqualTo(FailoverConfig.policy(config.detector()));
    assertThat(spelledOut.kafka().sessionTimeout()).isEqualTo(Duration.ofSeconds(6));
    assertThat(uncommented.keySet().stream().filter(key -> key.startsWith("reseed.detector.")))
        .as("every key of the detector is in the example")
        .hasSize(FailoverConfig.Detector.class.getDeclaredMethods().length);
  }

  @Test
  void anUnknownKeyIsAnErrorAndAllErrorsAreNamedAtOnce() {
    Map<String, String> values =
        new HashMap<>(
            new TestConfig()
                .observer(
                    new Credentials("u", "p", ServerTrust.trustedNetwork(List.of("127.0.0.0/8"))))
                .values());
    values.put("reseed.detector.observe-intervall", "2s");
    values.put("reseed.detector.attempts-max", "many");

    assertThatThrownBy(() -> TestConfig.mapped(values))
        .hasMessageContaining("observe-intervall")
        .hasMessageContaining("attempts-max")
        .hasMessageContaining("reseed.store.bucket");
  }

  private static Map<String, String> example(boolean uncommented) throws IOException {
    Properties properties = new Properties();
    try (Reader reader =
        new StringReader(
            uncommented
                ? Files.readString(EXAMPLE).replaceAll("(?m)^#(reseed\\.)", "$1")
                : Files.readString(EXAMPLE))) {
      properties.load(reader);
    }
    Map<String, String> values = new HashMap<>();
    properties.forEach((key, value) -> values.put(key.toString(), value.toString()));
    values.keySet().removeIf(key -> !key.startsWith("reseed."));
    return values;
  }
}
