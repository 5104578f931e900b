package io.reseed.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseed.testkit.KafkaExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("slow")
class CompactedViewTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int PARTITIONS = 3;

  private final List<String> told = new CopyOnWriteArrayList<>();

  private static String newTopic(String name) {
    String topic = KAFKA.topic(name);
    create(topic);
    return topic;
  }

  private static void create(String topic) {
    KAFKA.broker().createTopic(topic, PARTITIONS, Map.of("cleanup.policy", "compact"));
  }

  private static Map<String, String> kafka() {
    return Map.of("bootstrap.servers", KAFKA.bootstrapServers());
  }

  private static void put(String topic, String key, @Nullable String value)
      throws InterruptedException {
    try (EventPublisher publisher = EventPublisher.open(kafka(), Duration.ofSeconds(10))) {
      publisher.publishAndWait(
          value == null
              ? Publication.tombstone(topic, key, Map.of())
              : Publication.of(topic, key, Map.of(), Publication.utf8(value)));
    }
  }

  private CompactedView<String> open(String topic, Optional<TopicMark> seenBefore) {
    return CompactedView.open(
        kafka(),
        topic,
        seenBefore,
        record -> {
          String value = new String(record.value(), StandardCharsets.UTF_8);
          if (value.equals("junk")) {
            throw new IllegalArgumentException("junk on purpose");
          }
          return value;
        },
        new CompactedView.Listener<>() {
          @Override
          public void changed(String key, @Nullable String value) {
            told.add(key + "=" + value);
          }

          @Override
          public void caughtUp() {
            told.add("caught up");
          }

          @Override
          public void unreadable(ConsumerRecord<byte[], byte[]> record, Throwable thrown) {
            told.add("unreadable " + thrown.getMessage());
          }

          @Override
          public void lost(String reason) {
            told.add("lost");
          }
        });
  }

  private static TopicMark markOf(CompactedView<String> view) throws InterruptedException {
    assertThat(view.awaitCaughtUp(TIMEOUT)).isTrue();
    return view.mark().orElseThrow();
  }

  @Test
  void keepsTheLatestValueOfEachKeyAndFollows() throws Exception {
    String topic = newTopic("latest");
    put(topic, "a", "1");
    put(topic, "b", "1");
    put(topic, "a", "2");
    put(topic, "b", null);
    put(topic, "c", "junk");
    try (CompactedView<String> view = open(topic, Optional.empty())) {
      assertThat(view.awaitCaughtUp(TIMEOUT)).isTrue();
      assertThat(view.values()).containsExactly(Map.entry("a", "2"));
      await().atMost(TIMEOUT).until(() -> told.contains("caught up")); // told after it is caught up
      assertThat(told)
          .containsExactlyInAnyOrder(
              "a=1", "b=1", "a=2", "b=null", "unreadable junk on purpose", "caught up")
          .endsWith("caught up");

      put(topic, "d", "1");
      put(topic, "a", null);
      await().atMost(TIMEOUT).until(() -> told.contains("d=1") && told.contains("a=null"));
      assertThat(view.values()).containsExactly(Map.entry("d", "1"));
      assertThat(view.isCaughtUp()).isTrue();
    }
  }

  @Test
  void anEmptyTopicIsCaughtUpWithAtOnce() throws Exception {
    try (CompactedView<String> view = open(newTopic("empty"), Optional.empty())) {
      assertThat(view.awaitCaughtUp(TIMEOUT)).isTrue();
      assertThat(view.values()).isEmpty();
    }
  }

  @Test
  void aTopicThatComesLaterIsWaitedFor() throws Exception {
    String topic = KAFKA.topic("later");
    try (CompactedView<String> view = open(topic, Optional.empty())) {
      assertThat(view.awaitCaughtUp(Duration.ofMillis(300))).isFalse();
      assertThat(view.mark()).isEmpty();
      create(topic);
      put(topic, "a", "1");
      await().atMost(TIMEOUT).until(() -> view.get("a").isPresent());
    }
  }

  @Test
  void theSameTopicIsRecognisedAtTheNextRun() throws Exception {
    String topic = newTopic("same");
    put(topic, "a", "1");
    TopicMark mark;
    try (CompactedView<String> view = open(topic, Optional.empty())) {
      mark = markOf(view);
    }
    put(topic, "b", "1");
    try (CompactedView<String> view = open(topic, Optional.of(mark))) {
      TopicMark next = markOf(view);
      assertThat(view.values()).containsOnlyKeys("a", "b");
      assertThat(next.topicId()).isEqualTo(mark.topicId());
      assertThat(next.nextOffsets().values().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(2);
    }
  }

  @Test
  void aTopicRecreatedBetweenTwoRunsIsLost() throws Exception {
    String topic = newTopic("recreated");
    put(topic, "a", "1");
    TopicMark mark;
    try (CompactedView<String> view = open(topic, Optional.empty())) {
      mark = markOf(view);
    }
    recreate(topic);
    try (CompactedView<String> view = open(topic, Optional.of(mark))) {
      assertThatThrownBy(() -> view.awaitCaughtUp(TIMEOUT))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("recreated");
      await().atMost(TIMEOUT).until(() -> told.contains("lost"));
      assertThat(view.isCaughtUp()).isFalse();
    }
  }

  @Test
  void aTopicRecreatedWhileItIsReadIsLost() throws Exception {
    String topic = newTopic("swapped");
    put(topic, "a", "1");
    try (CompactedView<String> view = open(topic, Optional.empty())) {
      assertThat(view.awaitCaughtUp(TIMEOUT)).isTrue();
      recreate(topic);
      await().atMost(TIMEOUT).until(() -> told.contains("lost"));
      assertThat(view.lostReason().orElseThrow()).contains(topic);
      assertThat(view.isCaughtUp()).isFalse();
    }
  }

  @Test
  void aTopicEmptiedWhileItIsReadIsLost() throws Exception {
    String topic = newTopic("emptied");
    put(topic, "a", "1");
    try (CompactedView<String> view = open(topic, Optional.empty())) {
      TopicMark mark = markOf(view);
      empty(topic, mark);
      await().atMost(TIMEOUT).until(() -> told.contains("lost"));
      assertThat(view.lostReason().orElseThrow()).contains("emptied");
    }
  }

  @Test
  void aTopicEmptiedBetweenTwoRunsIsLost() throws Exception {
    String topic = newTopic("drained");
    put(topic, "a", "1");
    TopicMark mark;
    try (CompactedView<String> view = open(topic, Optional.empty())) {
      mark = markOf(view);
    }
    empty(topic, mark);
    try (CompactedView<String> view = open(topic, Optional.of(mark))) {
      assertThatThrownBy(() -> view.awaitCaughtUp(TIMEOUT)).hasMessageContaining("emptied");
    }
  }

  private static void recreate(String topic) throws Exception {
    try (Admin admin = KAFKA.broker().admin()) {
      admin.deleteTopics(List.of(topic)).all().get(10, TimeUnit.SECONDS);
    }
    await().atMost(TIMEOUT).ignoreExceptions().until(() -> created(topic));
  }

  private static boolean created(String topic) {
    create(topic);
    return true;
  }

  private static void empty(String topic, TopicMark mark) throws Exception {
    try (Admin admin = KAFKA.broker().admin()) {
      // Only topics with cleanup.policy delete may be emptied, so whoever does it changes that.
      setPolicy(admin, topic, "compact,delete");
      for (Map.Entry<Integer, Long> end : mark.nextOffsets().entrySet()) {
        admin
            .deleteRecords(
                Map.of(
                    new TopicPartition(topic, end.getKey()),
                    RecordsToDelete.beforeOffset(end.getValue())))
            .all()
            .get(10, TimeUnit.SECONDS);
      }
    }
  }

  private static void setPolicy(Admin admin, String topic, String policy) throws Exception {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var change =
        new AlterConfigOp(new ConfigEntry("cleanup.policy", policy), AlterConfigOp.OpType.SET);
    admin
        .incrementalAlterConfigs(Map.of(resource, List.of(change)))
        .all()
        .get(10, TimeUnit.SECONDS);
  }
}
