package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.fleet.ConfigProblems;
import io.reseed.testkit.Parts;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in {@code deploy/config} is what the service reads. */
class RestoreConfigTest {
  @TempDir private Path temp;

  private static void check(RestoreConfig config) {
    ConfigProblems problems = new ConfigProblems();
    new RestoreApplication(config).check(problems);
    problems.refuse();
  }

  @Test
  void readsTheExampleAndItsCommentedKeysAreTheDefaults() throws IOException {
    RestoreConfig bare = config(example(false));
    Map<String, String> all = example(true);
    RestoreConfig whole = config(all);

    assertThatCode(() -> check(bare)).doesNotThrowAnyException();
    assertThat(RestoreConfig.policy(whole.restore()))
        .isEqualTo(RestoreConfig.policy(bare.restore()));
    assertThat(whole.host().bytesReserved()).isEqualTo(bare.host().bytesReserved());
    assertThat(whole.host().bufferPoolMegabytes()).isEqualTo(bare.host().bufferPoolMegabytes());
    assertThat(whole.host().memoryShareMax()).isEqualTo(bare.host().memoryShareMax());
    assertThat(all.keySet().stream().filter(key -> key.startsWith("reseed.restore.")))
        .as("every key is in the example")
        .hasSize(RestoreConfig.RestoreSettings.class.getDeclaredMethods().length);
  }

  @Test
  void aFolderNeedsNoCredentials() throws IOException {
    Map<String, String> values = example(false);
    List.of("access-key", "secret-key", "region", "path-style")
        .forEach(key -> values.remove("reseed.store." + key));
    values.put("reseed.store.endpoint", temp.toUri().toString());

    RestoreConfig config = config(values);

    assertThatCode(() -> check(config)).doesNotThrowAnyException();
    assertThat(RestoreConfig.store(config.store()).credentials()).isNull();
  }

  @Test
  void namesEverythingThatIsWrongAtOnce() throws IOException {
    Map<String, String> values = example(false);
    Path limits = Files.writeString(temp.resolve("limits"), "reads=1");
    values.put("reseed.host.slots", "-1");
    values.put("reseed.restore.megabytes-max", "0");
    values.put("reseed.store.bandwidth-file", limits.toString());
    values.put("reseed.store.master-keys-file", temp.resolve("keys").toString());
    values.remove("reseed.store.secret-key");
    RestoreConfig config = config(values);

    assertThatThrownBy(() -> check(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reseed.host.slots must be 0 to 1000")
        .hasMessageContaining("megabytes-max must be 1 or more")
        .hasMessageContaining("unknown keys [reads]")
        .hasMessageContaining("cannot read the master keys")
        .hasMessageContaining("access-key and secret-key belong together");
  }

  private static Map<String, String> example(boolean withCommented) throws IOException {
    String text =
        Files.readString(Parts.root().resolve("deploy/config/restore-service.properties"));
    Properties properties = new Properties();
    properties.load(new StringReader(withCommented ? text.replace("\n#reseed", "\nreseed") : text));
    Map<String, String> values = new HashMap<>();
    properties.stringPropertyNames().stream()
        .filter(name -> name.startsWith("reseed."))
        .forEach(name -> values.put(name, properties.getProperty(name)));
    return values;
  }

  static RestoreConfig config(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .withMapping(RestoreConfig.class)
        .withDefaultValues(values)
        .addDiscoveredConverters()
        .build()
        .getConfigMapping(RestoreConfig.class);
  }
}
