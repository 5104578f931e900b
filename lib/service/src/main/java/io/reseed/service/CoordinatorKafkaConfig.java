package io.reseed.service;

import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** {@link KafkaConfig} of a service that coordinates. */
public interface CoordinatorKafkaConfig extends KafkaConfig {
  /** Of this instance alone. */
  Path stateDirectory();

  /** After this silence the broker gives a dead instance's shards to others. */
  @WithDefault("6s")
  Duration sessionTimeout();
}
