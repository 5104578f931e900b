package io.reseed.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseed.events.BackupRequested;
import io.reseed.events.CycleKind;
import io.reseed.events.Topic;
import io.reseed.fleet.ShardName;
import io.reseed.testkit.KafkaExtension;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever becomes of a topic or its broker, who follows it knows it again without a restart. */
class FollowedTopicTest {
  @RegisterExtension
  static final KafkaExtension KAFKA =
      KafkaExtension.dedicated(
          Map.of(
              "authorizer.class.name",
              "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
              "allow.everyone.if.no.acl.found",
              "true"));

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int PARTITIONS = 2;
  private static final ShardName OLD = new ShardName("commerce", "old");
  private static final ShardName NEW = new ShardName("commerce", "new");

  private final List<FollowedTopic.Trouble> troubles = new CopyOnWriteArrayList<>();
  private final List<FollowedTopic.Change<BackupRequested>> changes = new CopyOnWriteArrayList<>();

  /** What befalls a topic. */
  enum Fate {
    RECREATED,
    EMPTIED,
    REFUSED,
    BROKER_RESTARTED;

    List<FollowedTopic.Trouble> troubles() {
      return switch (this) {
        case RECREATED, EMPTIED -> List.of(FollowedTopic.Trouble.LOST);
        case REFUSED -> List.of(FollowedTopic.Trouble.FAILED);
        case BROKER_RESTARTED -> List.of();
      };
    }

    List<String> known() {
      return switch (this) {
        case RECREATED, EMPTIED -> List.of(NEW.toString());
        case REFUSED, BROKER_RESTARTED -> List.of(OLD.toString(), NEW.toString());
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void isKnownAgainWithoutARestart(Fate fate) throws Exception {
    EventTopics topics = new EventTopics(KAFKA.topic(fate.name() + "-"), "test", "one");
    String topic = topics.name(Topic.BACKUP_REQUESTED);
    create(topic);
    put(topics, OLD);
    try (FollowedTopic<BackupRequested> followed = open(topics, Optional.empty())) {
      await().atMost(TIMEOUT).until(() -> followed.snapshot().isPresent());
      assertThat(followed.snapshot().orElseThrow()).containsOnlyKeys(OLD.toString());

      befall(fate, topic);
      put(topics, NEW);

      await()
          .atMost(TIMEOUT)
          .untilAsserted(
              () -> {
                assertThat(troubles).containsExactlyElementsOf(fate.troubles());
                assertThat(followed.trouble()).isEmpty();
                assertThat(followed.snapshot().orElseThrow().keySet())
                    .containsExactlyInAnyOrderElementsOf(fate.known());
              });
    }
    assertThat(changes).filteredOn(FollowedTopic.Change::replayed).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"RECREATED", "EMPTIED"})
  void whatBefellWhileNobodyReadIsSaidBeforeItIsReadAnew(Fate fate) throws Exception {
    EventTopics topics = new EventTopics(KAFKA.topic("off-" + fate.name() + "-"), "test", "one");
    String topic = topics.name(Topic.BACKUP_REQUESTED);
    create(topic);
    put(topics, OLD);
    Optional<TopicMark> mark;
    try (FollowedTopic<BackupRequested> followed = open(topics, Optional.empty())) {
      await().atMost(TIMEOUT).until(() -> followed.snapshot().isPresent());
      mark = followed.mark();
    }
    changes.clear();
    befall(fate, topic);
    put(topics, NEW);

    try (FollowedTopic<BackupRequested> followed = open(topics, mark)) {
      await().atMost(TIMEOUT).until(() -> knows(followed, NEW));
      assertThat(troubles).containsExactly(FollowedTopic.Trouble.LOST);
      assertThat(changes).extracting(FollowedTopic.Change::key).containsExactly(NEW.toString());
    }
  }

  /** At each start anew: whoever wrote them must not be able to bury what matters in the log. */
  @Test
  void malformedRecordsByTheThousandMakeALineAtEachStart() throws Exception {
    EventTopics topics = new EventTopics(KAFKA.topic("noise-"), "test", "one");
    String topic = topics.name(Topic.BACKUP_REQUESTED);
    create(topic);
    try (EventPublisher publisher = EventPublisher.open(kafka(), TIMEOUT)) {
      for (int i = 0; i < 5_000; i++) {
        var _ = publisher.publish(Publication.of(topic, "k" + i, Map.of(), new byte[] {'{'}));
      }
    }
    put(topics, OLD);
    for (int start = 1; start <= 2; start++) {
      PrintStream err = System.err;
      ByteArrayOutputStream log = new ByteArrayOutputStream();
      System.setErr(new PrintStream(log, true, UTF_8));
      try (FollowedTopic<BackupRequested> followed = open(topics, Optional.empty())) {
        await().atMost(TIMEOUT).until(() -> knows(followed, OLD));
      } finally {
        System.setErr(err);
      }
      // one a minute, and it may take longer than one
      assertThat(log.toString(UTF_8).lines().filter(line -> line.contains("record skipped")))
          .hasSizeBetween(1, 3);
    }
  }

  private FollowedTopic<BackupRequested> open(EventTopics topics, Optional<TopicMark> seenBefore) {
    return FollowedTopic.open(
        new FollowedTopic.Source(kafka(), topics),
        new FollowedTopic.Subject<>(Topic.BACKUP_REQUESTED, BackupRequested.class),
        seenBefore,
        new FollowedTopic.Listener<>() {
          @Override
          public void changed(FollowedTopic.Change<BackupRequested> change) {
            changes.add(change);
          }

          @Override
          public void unknown(FollowedTopic.Trouble trouble, String reason) {
            if (!troubles.contains(trouble)) { // what fails may fail several times
              troubles.add(trouble);
            }
          }
        });
  }

  private static boolean knows(FollowedTopic<BackupRequested> followed, ShardName shard) {
    return followed.snapshot().filter(all -> all.containsKey(shard.toString())).isPresent();
  }

  private void befall(Fate fate, String topic) throws Exception {
    switch (fate) {
      case RECREATED -> recreate(topic);
      case EMPTIED -> empty(topic);
      case REFUSED -> refuseForAWhile(topic);
      case BROKER_RESTARTED -> {
        KAFKA.broker().kill();
        KAFKA.broker().restart();
      }
    }
  }

  private static Map<String, String> kafka() {
    return Map.of("bootstrap.servers", KAFKA.bootstrapServers());
  }

  private static void create(String topic) {
    KAFKA.broker().createTopic(topic, PARTITIONS, Map.of("cleanup.policy", "compact"));
  }

  private static void put(EventTopics topics, ShardName shard) throws InterruptedException {
    BackupRequested event =
        new BackupRequested(shard, "r1", CycleKind.REGULAR, null, Instant.EPOCH, "test");
    try (EventPublisher publisher = EventPublisher.open(kafka(), Duration.ofSeconds(20))) {
      publisher.publishAndWait(topics.publication(event, Instant.EPOCH));
    }
  }

  private static void recreate(String topic) throws Exception {
    try (Admin admin = KAFKA.broker().admin()) {
      admin.deleteTopics(List.of(topic)).all().get(10, TimeUnit.SECONDS);
    }
    await()
        .atMost(TIMEOUT)
        .ignoreExceptions()
        .until(
            () -> {
              create(topic);
              return true;
            });
  }

  /** Only a topic whose policy has delete may be emptied: whoever does it changes that first. */
  private static void empty(String topic) throws Exception {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var policy = new ConfigEntry("cleanup.policy", "compact,delete");
    try (Admin admin = KAFKA.broker().admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(resource, List.of(new AlterConfigOp(policy, AlterConfigOp.OpType.SET))))
          .all()
          .get(10, TimeUnit.SECONDS);
      for (int partition = 0; partition < PARTITIONS; partition++) {
        var place = new TopicPartition(topic, partition);
        admin
            .deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(-1)))
            .all()
            .get(10, TimeUnit.SECONDS);
      }
    }
  }

  private void refuseForAWhile(String topic) throws Exception {
    AclBinding refusal =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
            new AccessControlEntry(
                "User:ANONYMOUS", "*", AclOperation.ALL, AclPermissionType.DENY));
    try (Admin admin = KAFKA.broker().admin()) {
      admin.createAcls(List.of(refusal)).all().get(10, TimeUnit.SECONDS);
      await().atMost(TIMEOUT).until(() -> troubles.contains(FollowedTopic.Trouble.FAILED));
      admin.deleteAcls(List.of(refusal.toFilter())).all().get(10, TimeUnit.SECONDS);
    }
  }
}
