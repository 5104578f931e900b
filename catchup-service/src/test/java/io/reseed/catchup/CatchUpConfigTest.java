package io.reseed.catchup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.testkit.Parts;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The example in {@code deploy/config} is what the service reads. */
class CatchUpConfigTest {

  private static Map<String, String> example(boolean withCommented) throws IOException {
    String text =
        Files.readString(Parts.root().resolve("deploy/config/catchup-service.properties"));
    Properties properties = new Properties();
    properties.load(new StringReader(withCommented ? text.replace("\n#reseed", "\nreseed") : text));
    Map<String, String> values = new HashMap<>();
    properties.stringPropertyNames().stream()
        .filter(name -> name.startsWith("reseed."))
        .forEach(name -> values.put(name, properties.getProperty(name)));
    return values;
  }

  @Test
  void readsTheExampleAndItsCommentedKeysAreTheDefaults() throws IOException {
    CatchUpConfig bare = TestSettings.mapped(example(false));
    CatchUpConfig whole = TestSettings.mapped(example(true));
    assertThat(CatchUpConfig.policy(whole.catchup()))
        .isEqualTo(CatchUpConfig.policy(bare.catchup()));
    assertThat(whole.kafka().sessionTimeout()).isEqualTo(bare.kafka().sessionTimeout());
  }

  @Test
  void namesAllMistakesAtOnce() throws IOException {
    Map<String, String> values = example(false);
    values.put("reseed.catchup.stall-maximum", "5m");
    values.remove("reseed.instance");
    assertThatThrownBy(() -> TestSettings.mapped(values))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining("reseed.catchup.stall-maximum")
        .hasMessageContaining("reseed.instance");
  }
}
