package io.reseed.failover;

import io.reseed.mysql.Credentials;
import io.reseed.testkit.FleetAccounts;
import io.reseed.testkit.S3Front;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The service's settings for tests: everything short. */
final class TestConfig {
  private final Map<String, String> values = new HashMap<>();

  TestConfig() {
    values.put("reseed.instance", "test");
    values.put("reseed.detector.repairs-share-max", "100");
    values.put("reseed.detector.observe-interval", "500ms");
    values.put("reseed.detector.unobserved-after", "3s");
    values.put("reseed.detector.probe-timeout", "2s");
    values.put("reseed.detector.replica-lost-after", "5s");
    values.put("reseed.detector.host-heartbeat-timeout", "4s");
    values.put("reseed.detector.retry-interval", "1s");
    values.put("reseed.detector.status-refresh-interval", "10s");
  }

  TestConfig kafka(String bootstrapServers, String prefix, Path stateDirectory) {
    values.put("kafka.bootstrap.servers", bootstrapServers);
    values.put("reseed.kafka.topic-prefix", prefix);
    values.put("reseed.kafka.state-directory", stateDirectory.toString());
    return this;
  }

  TestConfig store(S3Front front, String bucket) {
    values.put("reseed.store.endpoint", front.endpoint().toString());
    values.put("reseed.store.region", front.region());
    values.put("reseed.store.bucket", bucket);
    values.put("reseed.store.access-key", front.accessKey());
    values.put("reseed.store.secret-key", front.secretKey());
    values.put("reseed.store.path-style", "true");
    return this;
  }

  TestConfig observer(Credentials observer) {
    values.putAll(FleetAccounts.settings("commerce", "observer", observer));
    return this;
  }

  TestConfig observing(Duration interval) {
    values.put("reseed.detector.observe-interval", interval.toMillis() + "ms");
    values.put("reseed.detector.unobserved-after", "30s");
    return this;
  }

  Map<String, String> values() {
    return Map.copyOf(values);
  }

  FailoverConfig mapped() {
    return mapped(values);
  }

  static FailoverConfig mapped(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .withMapping(FailoverConfig.class)
        .withSources(new PropertiesConfigSource(values, "test", 100))
        .addDiscoveredConverters()
        .build()
        .getConfigMapping(FailoverConfig.class);
  }
}
