package io.reseed.service;

import java.util.Optional;

/** What a service adds to Kafka's own settings, which are under {@code kafka}. */
public interface KafkaConfig {
  /** Before every topic's name. */
  Optional<String> topicPrefix();
}
