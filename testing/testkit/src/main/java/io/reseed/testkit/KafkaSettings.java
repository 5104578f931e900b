package io.reseed.testkit;

import java.util.Map;

/** Broker settings for tests, the same for a process and for a container. */
final class KafkaSettings {
  private KafkaSettings() {}

  /** One node holds everything, groups form at once, and what a dead client held ends soon. */
  static Map<String, String> singleNode() {
    return Map.ofEntries(
        Map.entry("auto.create.topics.enable", "false"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        // A killed broker's old registration blocks its successor for this long; 9 s by default.
        Map.entry("broker.session.timeout.ms", "3000"),
        Map.entry("broker.heartbeat.interval.ms", "500"),
        // Clients may choose short session timeouts, so that a killed one is noticed in a test.
        Map.entry("group.min.session.timeout.ms", "500"),
        Map.entry("group.consumer.min.session.timeout.ms", "1000"),
        Map.entry("group.consumer.min.heartbeat.interval.ms", "500"),
        Map.entry("group.streams.min.session.timeout.ms", "1000"),
        Map.entry("group.streams.min.heartbeat.interval.ms", "500"),
        Map.entry("offsets.topic.num.partitions", "4"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("transaction.state.log.num.partitions", "4"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        // How often transactions over their timeout are looked for; 10 s by default.
        Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"),
        Map.entry("share.coordinator.state.topic.num.partitions", "4"),
        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
        Map.entry("share.coordinator.state.topic.min.isr", "1"));
  }
}
