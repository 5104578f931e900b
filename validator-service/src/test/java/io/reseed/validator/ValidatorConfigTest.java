package io.reseed.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.store.Bandwidth;
import io.reseed.testkit.Parts;
import io.reseed.validator.proof.ProofChecks;
import io.reseed.validator.proof.ProofHost;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The example in {@code deploy/config} is what the service reads. */
class ValidatorConfigTest {

  /** What the example says; commented keys, too, if wanted. */
  static Map<String, String> example(boolean withCommented) throws IOException {
    String text =
        Files.readString(Parts.root().resolve("deploy/config/validator-service.properties"));
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
    ValidatorConfig bare = TestSettings.config(example(false));
    Map<String, String> all = example(true);
    all.keySet().removeIf(name -> name.endsWith(".servers.ca")); // no such file is here
    ValidatorConfig whole = TestSettings.config(all);
    assertThat(Settings.policy(whole.validator())).isEqualTo(Settings.policy(bare.validator()));
    assertThat(whole.validator().hostHeartbeatTimeout())
        .isEqualTo(bare.validator().hostHeartbeatTimeout());
    assertThat(whole.kafka().sessionTimeout()).isEqualTo(bare.kafka().sessionTimeout());
    var bandwidth = Bandwidth.unlimited();
    assertThat(Settings.host(bare, transfer(bare, bandwidth)))
        .isPresent()
        .isEqualTo(Settings.host(whole, transfer(whole, bandwidth)));
    // what is in the example is what the library would do, too
    assertThat(transfer(bare, bandwidth).snapshots())
        .isEqualTo(SnapshotOptions.defaults().withBandwidth(bandwidth));
  }

  @Test
  void coordinatesOnlyWithoutAHost() throws IOException {
    Map<String, String> values = example(false);
    values.keySet().removeIf(name -> name.startsWith("reseed.host."));
    ValidatorConfig config = TestSettings.config(values);
    assertThat(Settings.host(config, transfer(config, Bandwidth.unlimited()))).isEmpty();
  }

  @Test
  void namesEverythingThatIsWrongWithTransfersAtOnce() throws IOException {
    Map<String, String> values = example(false);
    values.put("reseed.validator.zstd-level", "20");
    values.put("reseed.validator.snapshot-megabytes-max", "9");
    values.put("reseed.validator.read-back-megabytes-max", "0");
    ValidatorConfig config = TestSettings.config(values);
    assertThatThrownBy(() -> transfer(config, Bandwidth.unlimited()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("zstd-level must be 0 to 19")
        .hasMessageContaining("snapshot-megabytes-max is too small")
        .hasMessageContaining("read-back-megabytes-max must be 1 or more");
  }

  @Test
  void namesWhatIsWrongWithOtherPartsBesideIt() throws IOException {
    Map<String, String> values = example(false);
    values.put("reseed.validator.zstd-level", "20");
    values.put("reseed.validator.snapshots-max", "0");
    values.put("reseed.store.bandwidth-file", "/nowhere/bandwidth");
    values.put("reseed.store.master-keys-file", "/nowhere/keys");
    values.put("reseed.checks.limits.contents", "0s");
    values.remove("reseed.store.secret-key");
    assertThatThrownBy(() -> TestSettings.open(values, SnapshotOptions.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("zstd-level must be 0 to 19")
        .hasMessageContaining("snapshots-max must be 1 or more")
        .hasMessageContaining("the bandwidth file /nowhere/bandwidth cannot be used")
        .hasMessageContaining("cannot read the master keys in /nowhere/keys")
        .hasMessageContaining("reseed.checks.limits.contents")
        .hasMessageContaining("access-key and secret-key belong together")
        .hasMessageContaining("kafka.bootstrap.servers is missing");
  }

  @Test
  void transfersKeepToWhatIsConfigured() throws IOException {
    Map<String, String> values = example(false);
    values.put("reseed.validator.zstd-level", "0");
    values.put("reseed.validator.snapshot-megabytes-max", "50");
    values.put("reseed.validator.read-back-megabytes-max", "60");
    ProofHost.Transfer transfer = transfer(TestSettings.config(values), Bandwidth.unlimited());
    assertThat(transfer.snapshots().zstdLevel()).isEqualTo(SnapshotOptions.ZSTD_OFF);
    assertThat(transfer.snapshots().memoryBytes()).isLessThanOrEqualTo(50_000_000);
    assertThat(transfer.readBacks().memoryBytesMax()).isEqualTo(60_000_000);
  }

  private static ProofHost.Transfer transfer(ValidatorConfig config, Bandwidth bandwidth) {
    return Settings.transfer(config.validator(), SnapshotOptions.defaults(), bandwidth);
  }

  @Test
  void refusesKeysThatItDoesNotKnow() throws IOException {
    Map<String, String> values = example(false);
    values.put("reseed.validator.catalog-interval", "5m");
    assertThatThrownBy(() -> TestSettings.config(values))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining("reseed.validator.catalog-interval");
  }

  @Test
  void readsTheOperatorsAssertionsByCluster() throws IOException {
    ProofChecks checks = CheckSettings.of(TestSettings.config(example(false)).checks());
    assertThat(checks.assertionsOf("commerce"))
        .singleElement()
        .satisfies(assertion -> assertThat(assertion.name()).isEqualTo("has-schemas"));
    assertThat(checks.assertionsOf("another")).isEmpty();
  }

  @Test
  void namesEverythingThatIsWrongWithTheChecksAtOnce() throws IOException {
    Map<String, String> values = example(false);
    values.put("reseed.checks.limits.contents", "0s");
    values.put("reseed.checks.\"commerce\".assertions.\"a\".query", "SELECT 1");
    values.put("reseed.checks.\"commerce\".assertions.\"a\".expect", "about 1");
    values.put("reseed.checks.\"commerce\".assertions.\"not a name\".query", "SELECT 1");
    values.put("reseed.checks.\"commerce\".assertions.\"not a name\".expect", "= 1");
    ValidatorConfig.Checks config = TestSettings.config(values).checks();
    assertThatThrownBy(() -> CheckSettings.of(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reseed.checks.limits.contents")
        .hasMessageContaining("assertions.\"a\"")
        .hasMessageContaining("assertions.\"not a name\"");
  }
}
