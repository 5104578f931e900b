package io.reseed.validator;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.events.HostStatus;
import io.reseed.service.ServiceParts;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.S3Front;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The service's settings over real parts. */
public final class TestSettings {
  public static final String HOST = "backup-host-1";
  private final Map<String, String> values = new TreeMap<>();

  public TestSettings(KafkaExtension kafka, S3Front front, MysqlFleet fleet) {
    values.put("reseed.instance", "test");
    values.put("kafka.bootstrap.servers", kafka.bootstrapServers());
    values.put("reseed.store.endpoint", front.endpoint().toString());
    values.put("reseed.store.region", front.region());
    values.put("reseed.store.access-key", front.accessKey());
    values.put("reseed.store.secret-key", front.secretKey());
    values.put("reseed.store.path-style", "true");
    values.put("reseed.host.name", HOST);
    values.put("reseed.validator.retry-interval", "500ms");
    values.put("reseed.validator.host-heartbeat-timeout", "5s");
    values.putAll(fleet.accounts().settings("commerce", "observer", "agent", "checker"));
  }

  public TestSettings with(String key, String value) {
    values.put(key, value);
    return this;
  }

  public void without(String key) {
    values.remove(key);
  }

  /** What the restore-service of the host would say. */
  public static HostStatus hostStatus() {
    return new HostStatus(
        HOST,
        HostStatus.Pool.BACKUP,
        "zone-a",
        "127.99.99.99",
        1L << 40,
        4,
        List.of(),
        1,
        Instant.now(),
        null);
  }

  /** The host's directory; its servers lie in {@code servers/} below it. */
  public TestSettings in(Path hostDirectory, Path stateDirectory) {
    values.put("reseed.host.directory", hostDirectory.toString());
    values.put("reseed.kafka.state-directory", stateDirectory.toString());
    return this;
  }

  Map<String, String> values() {
    return Map.copyOf(values);
  }

  /** What Quarkus would make of the settings of Kafka's clients. */
  public Map<String, String> kafka() {
    return kafka(values);
  }

  static Map<String, String> kafka(Map<String, String> values) {
    Map<String, String> kafka = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith("kafka.")) {
            kafka.put(key.substring("kafka.".length()), value);
          }
        });
    return kafka;
  }

  /** The whole service but for its Quarkus shell. */
  static ServiceParts open(Map<String, String> values, SnapshotOptions snapshots)
      throws InterruptedException {
    return ServiceParts.open(
        new ValidatorApplication(config(values), snapshots),
        kafka(values),
        new SimpleMeterRegistry());
  }

  public ValidatorConfig config() {
    return config(values);
  }

  static ValidatorConfig config(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .withMapping(ValidatorConfig.class)
        .withDefaultValues(values)
        .addDiscoveredConverters()
        .build()
        .getConfigMapping(ValidatorConfig.class);
  }
}
