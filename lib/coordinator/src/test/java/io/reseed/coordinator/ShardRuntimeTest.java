package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseed.coordinator.ToyMachine.Input;
import io.reseed.coordinator.ToyMachine.Toy;
import io.reseed.coordinator.ToyMachine.Work;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.Publication;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ShardRuntimeTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @TempDir Path folder;

  private ToyService toyWithTopics(String name, int partitions) {
    ToyService toy = new ToyService(KAFKA.topic(name + "-"));
    toy.topics().forEach(topic -> KAFKA.broker().createTopic(topic, partitions, Map.of()));
    return toy;
  }

  private RuntimeConfig config(String instance) {
    return RuntimeConfig.of(kafka(), folder.resolve(instance));
  }

  private static Map<String, String> kafka() {
    return Map.of("bootstrap.servers", KAFKA.bootstrapServers());
  }

  private static void order(ToyService toy, String shard, String id) throws InterruptedException {
    try (EventPublisher publisher = EventPublisher.open(kafka(), Duration.ofSeconds(10))) {
      byte[] value = ToyService.text(shard + " order " + id);
      publisher.publishAndWait(Publication.of(toy.notes(), shard, Map.of(), value));
    }
  }

  private static ConsumerRecord<String, byte[]> awaitOutcome(ToyService toy, String id) {
    try (KafkaRecords outcomes = KafkaRecords.of(KAFKA.bootstrapServers(), toy.outcomes())) {
      return outcomes.awaitRecord(toy.outcomes(), record -> record.key().equals(id), TIMEOUT);
    }
  }

  @Test
  void anEffectStartsOnlyAfterItsDecisionIsCommitted() throws Exception {
    ToyService toy = toyWithTopics("commit", 1);
    RuntimeConfig.Timing timing = RuntimeConfig.Timing.defaults();
    RuntimeConfig slow =
        config("one")
            .withTiming(
                new RuntimeConfig.Timing(
                    timing.session(),
                    timing.heartbeat(),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60),
                    timing.topicWait()));
    BlockingQueue<Long> committedWhenStarted = new LinkedBlockingQueue<>();
    ToyService.Effects effects =
        new ToyService.Effects() {
          @Override
          public Input run(String shard, Work effect) throws Exception {
            committedWhenStarted.add(committedOffset(toy, committedWhenStarted.size() + 1));
            return new Input.Answer(effect.id(), "worked");
          }
        };
    order(toy, "c/1", "a");
    try (ShardRuntime<Toy> _ = ShardRuntime.start(toy.with(effects), slow)) {
      awaitOutcome(toy, "a");
      order(toy, "c/1", "b");
      awaitOutcome(toy, "b");
    }

    assertThat(committedWhenStarted).containsExactly(1L, 2L);
  }

  /**
   * The committed offset, once it is as far as it should be, or as it still is a moment later.
   * Kafka answers a commit a little before the offsets show it; the moment is far shorter than the
   * time to the next commit, so that an effect that did not wait for its own is still found out.
   */
  private static long committedOffset(ToyService toy, long due) throws Exception {
    try {
      return await()
          .pollDelay(Duration.ZERO)
          .atMost(Duration.ofSeconds(2))
          .until(() -> committedOffset(toy), offset -> offset >= due);
    } catch (ConditionTimeoutException tooEarly) {
      return committedOffset(toy);
    }
  }

  /** Where the group goes on reading notes: moves with the transaction of the decisions. */
  private static long committedOffset(ToyService toy) throws Exception {
    String group = toy.prefix() + "toy";
    try (Admin admin = KAFKA.broker().admin()) {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get(10, TimeUnit.SECONDS);
      OffsetAndMetadata notes = offsets.get(new TopicPartition(toy.notes(), 0));
      return notes == null ? 0 : notes.offset();
    }
  }

  @Test
  void aClosedInstancesShardsAreTakenOverAtOnceAndItsEffectsInterrupted() throws Exception {
    ToyService toy = toyWithTopics("close", 2);
    Held first = new Held();
    Held second = new Held();
    ShardRuntime<Toy> leaving = ShardRuntime.start(toy.with(first), config("leaving"));
    try {
      order(toy, "c/1", "a");
      order(toy, "c/2", "b");
      await().atMost(TIMEOUT).until(() -> first.started.containsAll(Set.of("a", "b")));
      assertThat(leaving.snapshot()).containsOnlyKeys("c/1", "c/2");
      try (ShardRuntime<Toy> staying = ShardRuntime.start(toy.with(second), config("staying"))) {
        await().atMost(TIMEOUT).until(staying::isReady);
        long closedAtNanos = System.nanoTime();
        assertThat(leaving.close(TIMEOUT)).isTrue();
        await().atMost(TIMEOUT).until(() -> second.started.containsAll(Set.of("a", "b")));
        System.out.printf(
            "takeover after close: %.1f s%n", (System.nanoTime() - closedAtNanos) / 1e9);

        assertThat(leaving.state()).isEqualTo(ShardRuntime.State.CLOSED);
        await().atMost(TIMEOUT).until(() -> first.interrupted.containsAll(Set.of("a", "b")));
        assertThat(leaving.metrics().effectsPending()).isZero();
        second.release.countDown();
        awaitOutcome(toy, "a");
        awaitOutcome(toy, "b");
        await()
            .atMost(TIMEOUT)
            .untilAsserted(
                () ->
                    assertThat(staying.snapshot().values())
                        .containsExactlyInAnyOrder(
                            new Toy(Map.of(), List.of("a")), new Toy(Map.of(), List.of("b"))));
        assertThat(staying.metrics().effectsFailed()).isZero();
      }
    } finally {
      leaving.close();
    }
  }

  /** Effects that wait to be released. */
  private static final class Held extends ToyService.Effects {
    private final Set<String> started = ConcurrentHashMap.newKeySet();
    private final Set<String> interrupted = ConcurrentHashMap.newKeySet();
    private final CountDownLatch release = new CountDownLatch(1);

    @Override
    public Input run(String shard, Work effect) throws InterruptedException {
      started.add(effect.id());
      try {
        release.await();
      } catch (InterruptedException e) {
        interrupted.add(effect.id());
        throw e;
      }
      return new Input.Answer(effect.id(), "worked");
    }
  }

  @Test
  void missingTopicsAreWaitedForAndThenNamed() throws Exception {
    ToyService toy = new ToyService(KAFKA.topic("missing-"));
    KAFKA.broker().createTopic(toy.notes(), 1, Map.of());
    RuntimeConfig.Timing timing = RuntimeConfig.Timing.defaults();
    RuntimeConfig impatient =
        config("one")
            .withTiming(
                new RuntimeConfig.Timing(
                    timing.session(),
                    timing.heartbeat(),
                    timing.commit(),
                    timing.transaction(),
                    Duration.ofSeconds(1)));

    assertThatThrownBy(() -> ShardRuntime.start(toy.with(new Held()), impatient))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(toy.orders())
        .hasMessageContaining(toy.deadLetters())
        .hasMessageContaining("reseed topics apply");
  }

  @Test
  void inputsWithUnequalPartitionCountsAreRefused() {
    ToyService toy = new ToyService(KAFKA.topic("unequal-"));
    toy.topics()
        .forEach(
            topic ->
                KAFKA.broker().createTopic(topic, topic.equals(toy.notes()) ? 2 : 3, Map.of()));

    assertThatThrownBy(() -> ShardRuntime.start(toy.with(new Held()), config("one")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(toy.notes() + "=2")
        .hasMessageContaining(toy.orders() + "=3");
  }

  private static final class Prompt extends ToyService.Effects {
    @Override
    public Input run(String shard, Work effect) {
      return new Input.Answer(effect.id(), "worked");
    }
  }

  private static void bytesMax(String topic, String bytes) throws Exception {
    try (Admin admin = KAFKA.broker().admin()) {
      AlterConfigOp narrow =
          new AlterConfigOp(
              new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, bytes),
              AlterConfigOp.OpType.SET);
      admin
          .incrementalAlterConfigs(
              Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(narrow)))
          .all()
          .get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aRecordThatItsTopicTakesNoLongerIsLeftOutAndHarmsNoOther() throws Exception {
    ToyService toy = toyWithTopics("narrow", 1);
    try (ShardRuntime<Toy> runtime = ShardRuntime.start(toy.with(new Prompt()), config("one"))) {
      order(toy, "c/1", "before");
      awaitOutcome(toy, "before");
      bytesMax(toy.outcomes(), "1000");
      await().atMost(TIMEOUT).until(runtime::areTopicsUnfit);
      assertThat(runtime.isReady()).isFalse();
      assertThat(runtime.refusal().orElseThrow())
          .contains("TOPIC_UNFIT", toy.outcomes() + "=1000", "raise max.message.bytes");

      String large = "x".repeat(1_000);
      order(toy, "c/1", large);
      order(toy, "c/2", "after");
      awaitOutcome(toy, "after");
      await()
          .atMost(TIMEOUT)
          .until(
              () -> runtime.snapshot().get("c/1"),
              new Toy(Map.of(), List.of("before", large))::equals);
      assertThat(runtime.metrics().threadsReplaced()).isZero();

      bytesMax(toy.outcomes(), "1048588");
      await().atMost(TIMEOUT).until(runtime::isReady);
      order(toy, "c/3", "wide again");
      awaitOutcome(toy, "wide again");
    }
  }

  @Test
  void whenATopicGetsPartitionsNothingIsDecidedAnyMoreAndAStartSaysWhy() throws Exception {
    ToyService toy = toyWithTopics("repartitioned", 1);
    try (ShardRuntime<Toy> runtime = ShardRuntime.start(toy.with(new Prompt()), config("one"))) {
      order(toy, "c/1", "before");
      awaitOutcome(toy, "before");
      partitions(toy.notes());
      await().atMost(TIMEOUT).until(runtime::isPaused);
      assertThat(runtime.isReady()).isFalse();
      assertThat(runtime.refusal().orElseThrow())
          .contains("TOPIC_UNFIT", "shared by 1 partitions", toy.notes() + "=2");
    }
    assertThatThrownBy(() -> ShardRuntime.start(toy.with(new Held()), config("one")))
        .hasMessageContaining("TOPIC_UNFIT")
        .hasMessageContaining(toy.notes() + "=2");
    partitions(toy.orders());
    assertThatThrownBy(() -> ShardRuntime.start(toy.with(new Held()), config("one")))
        .hasMessageContaining("TOPIC_UNFIT")
        .hasMessageContaining("stored of the shards has 1");
  }

  private static void partitions(String topic) throws Exception {
    try (Admin admin = KAFKA.broker().admin()) {
      admin
          .createPartitions(Map.of(topic, NewPartitions.increaseTo(2)))
          .all()
          .get(10, TimeUnit.SECONDS);
    }
  }
}
