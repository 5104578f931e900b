package io.reseed.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reseed.events.ShardDeclared;
import io.reseed.events.Topic;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.trust.ServerTrust;
import io.reseed.service.ServiceParts;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.S3Extension;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A detector that comes back to a world that went on without it. Its servers are not there. */
class DetectorPresentTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int PARTITIONS = 2;
  private static final String STAYS = "commerce/0";
  private static final String GOES = "commerce/1";

  @TempDir Path folder;

  private static Map<String, String> kafka() {
    return Map.of("bootstrap.servers", KAFKA.bootstrapServers());
  }

  private static EventTopics topics() {
    return new EventTopics(KAFKA.prefix(), "test", "test");
  }

  private static void declare(String... shards) throws InterruptedException {
    try (EventPublisher publisher = EventPublisher.open(kafka(), Duration.ofSeconds(10))) {
      for (String shard : shards) {
        publisher.publishAndWait(
            topics()
                .publication(
                    new ShardDeclared(
                        ShardName.parse(shard),
                        0,
                        List.of(ServerAddress.parse("127.0.0.1:1")),
                        null),
                    Instant.now()));
      }
    }
  }

  /** Runs a detector until exactly these shards are in its care; returns its application id. */
  private String cares(String run, String... shards) throws InterruptedException {
    FailoverApplication application =
        new FailoverApplication(
            new TestConfig()
                .kafka(KAFKA.bootstrapServers(), KAFKA.prefix(), folder.resolve(run))
                .store(S3.front(), S3.bucket())
                .observer(
                    new Credentials(
                        "nobody", "none", ServerTrust.trustedNetwork(List.of("127.0.0.0/8"))))
                .mapped());
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    try (ServiceParts _ = ServiceParts.open(application, kafka(), meters)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(application.running().shards().snapshot())
                    .containsOnlyKeys(shards)
                    .allSatisfy((_, state) -> assertThat(state.status()).isNotNull());
                assertThat(meters.get("reseed.shards.in.care").gauge().value())
                    .isEqualTo(meters.get("reseed.shards.declared").gauge().value());
              });
    }
    return application.identity().applicationId();
  }

  @Test
  void whatIsDeclaredIsInItsCareWhateverItRemembersAndMissed() throws Exception {
    for (Topic topic : Topic.values()) {
      KAFKA.createTopic(topic.baseName(), PARTITIONS);
    }
    declare(STAYS, GOES);
    String applicationId = cares("first", STAYS, GOES);

    try (Admin admin = KAFKA.broker().admin()) {
      admin.deleteTopics(Set.of(applicationId + "-shards-changelog")).all().get();
    }
    cares("withoutItsMemory", STAYS, GOES);

    try (Admin admin = KAFKA.broker().admin()) {
      admin.deleteConsumerGroups(Set.of(applicationId)).all().get();
      Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
      for (Topic topic : Topic.values()) {
        for (int i = 0; i < PARTITIONS; i++) {
          all.put(new TopicPartition(topics().name(topic), i), RecordsToDelete.beforeOffset(-1));
        }
      }
      admin.deleteRecords(all).all().get();
    }
    declare(STAYS);
    cares("afterThirtyDays", STAYS);
  }
}
