package io.reseed.catchup;

import io.reseed.testkit.FleetAccounts;
import io.reseed.testkit.KafkaExtension;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The service's settings, as it would read them from a file. */
final class TestSettings {
  private TestSettings() {}

  /** Those of a service that is tested on real parts. */
  static CatchUpConfig config(KafkaExtension kafka, Path state, FleetAccounts accounts) {
    Map<String, String> values = new HashMap<>();
    values.put("reseed.instance", "test");
    values.put("reseed.kafka.topic-prefix", kafka.prefix());
    values.put("reseed.kafka.state-directory", state.toString());
    values.put("reseed.catchup.sample-interval", "300ms");
    values.put("reseed.catchup.retry-interval", "500ms");
    // longer than a healthy server stands still on a machine under load
    values.put("reseed.catchup.stall-max", "20s");
    // longer than a look may take: one that meets a lock must be followed by one that tells of it
    values.put("reseed.catchup.answer-timeout", "10s");
    values.putAll(accounts.settings("commerce", "observer", "agent", "replicator"));
    return mapped(values);
  }

  /** Nothing but these. */
  static CatchUpConfig mapped(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .withMapping(CatchUpConfig.class)
        .withSources(new PropertiesConfigSource(values, "test", 100))
        .addDiscoveredConverters()
        .build()
        .getConfigMapping(CatchUpConfig.class);
  }
}
