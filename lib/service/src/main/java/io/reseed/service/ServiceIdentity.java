package io.reseed.service;

import io.reseed.kafka.EventTopics;

/**
 * Which process of which service of which installation this is.
 *
 * @param service e.g. {@code catchup-service}
 * @param instance unique name of the process, seen in what it publishes
 * @param topicPrefix before every topic's name
 */
public record ServiceIdentity(String service, String instance, String topicPrefix) {
  /** From what every service is told. */
  public static ServiceIdentity of(String service, String instance, KafkaConfig kafka) {
    return new ServiceIdentity(service, instance, kafka.topicPrefix().orElse(""));
  }

  /** The topics of the installation, as this process uses them. */
  public EventTopics topics() {
    return new EventTopics(topicPrefix, service, instance);
  }

  /** The group of all processes of this service; never change it, their state lies under it. */
  public String applicationId() {
    return topicPrefix + "reseed-" + service;
  }
}
