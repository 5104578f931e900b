package io.reseed.coordinator;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Versions of a service take over from one another in the middle of work. */
class UpgradeTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  private static final int PARTITIONS = 4;
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SHARDS =
      IntStream.range(0, 8).mapToObj(number -> "c/" + number).toList();

  /** What today's version stores. */
  record Today(Map<String, Long> pendingUntilMillis, List<String> done, @Nullable String remark) {}

  /** A state with one field more, which older documents lack. */
  record More(
      Map<String, Long> pendingUntilMillis,
      List<String> done,
      @Nullable String remark,
      Map<String, Integer> ranks) {
    More {
      ranks = Objects.requireNonNullElse(ranks, Map.of());
    }
  }

  private static final StateCodec<Toy> TODAY =
      version(
          Today.class,
          toy -> new Today(toy.pendingUntilMillis(), toy.done(), "said today"),
          stored -> new Toy(stored.pendingUntilMillis(), stored.done()));
  private static final StateCodec<Toy> MORE =
      version(
          More.class,
          toy -> new More(toy.pendingUntilMillis(), toy.done(), "said later", Map.of("a", 1)),
          stored -> new Toy(stored.pendingUntilMillis(), stored.done()));
  private static final StateCodec<Toy> FEWER = StateCodec.json(JSON, Toy.class, 1);

  @TempDir Path folder;

  private static <D> StateCodec<Toy> version(
      Class<D> type, Function<Toy, D> written, Function<D, Toy> read) {
    StateCodec<D> documents = StateCodec.json(JSON, type, 1);
    return new StateCodec<>() {
      @Override
      public byte[] encode(Toy state) {
        return documents.encode(written.apply(state));
      }

      @Override
      public Toy decode(byte[] bytes) {
        return read.apply(documents.decode(bytes));
      }
    };
  }

  /** Effects that take until they are released. */
  private static final class LongWork extends ToyService.Effects {
    private final Set<String> started = ConcurrentHashMap.newKeySet();
    private final CountDownLatch release = new CountDownLatch(1);

    @Override
    public Input run(String shard, Work effect) throws InterruptedException {
      started.add(effect.id());
      release.await();
      return new Input.Answer(effect.id(), "worked");
    }
  }

  @Test
  void nothingIsLostWhenFieldsComeAndGoWhileOldAndNewProcessesWork() throws Exception {
    assertNothingIsLost("roll-", List.of(MORE, FEWER));
  }

  @Test
  @Tag("long")
  void nothingIsLostInEachDirection() throws Exception {
    assertNothingIsLost("all-", List.of(MORE, TODAY, FEWER, TODAY));
  }

  private void assertNothingIsLost(String name, List<StateCodec<Toy>> versions) throws Exception {
    String prefix = KAFKA.topic(name);
    createTopics(new ToyService(prefix));
    LongWork work = new LongWork();
    ShardRuntime<Toy> running = start(prefix, TODAY, work, "0");
    int round = 0;
    try {
      for (StateCodec<Toy> version : versions) {
        round++;
        orderInAllShards(prefix, "alone-" + round);
        ShardRuntime<Toy> next = start(prefix, version, work, Integer.toString(round));
        try {
          ShardRuntime<Toy> leaving = running;
          await().atMost(TIMEOUT).until(() -> share(leaving, next));
          orderInAllShards(prefix, "beside-" + round);
          assertSound(leaving);
          assertThat(leaving.close(TIMEOUT)).isTrue();
          await().atMost(TIMEOUT).until(() -> next.snapshot().keySet().containsAll(SHARDS));
        } finally {
          running = next;
        }
      }
      work.release.countDown();
      assertEachOrderIsDoneOnceAndInSequence(prefix, 2 * round);
      assertSound(running);
    } finally {
      running.close();
    }
  }

  private static boolean share(ShardRuntime<Toy> one, ShardRuntime<Toy> other) {
    return one.isReady()
        && other.isReady()
        && !one.snapshot().isEmpty()
        && !other.snapshot().isEmpty()
        && one.snapshot().size() + other.snapshot().size() == SHARDS.size();
  }

  private static void assertSound(ShardRuntime<Toy> runtime) {
    assertThat(runtime.metrics().bugs()).isZero();
    assertThat(runtime.metrics().deadLetters()).isZero();
    assertThat(runtime.metrics().threadsReplaced()).isZero();
  }

  /** The numbers in the outcomes are counted in the states: what got lost would leave a gap. */
  private static void assertEachOrderIsDoneOnceAndInSequence(String prefix, int perShard) {
    String topic = new ToyService(prefix).outcomes();
    try (KafkaRecords outcomes = KafkaRecords.of(KAFKA.bootstrapServers(), topic)) {
      outcomes.awaitRecords(topic, _ -> true, SHARDS.size() * perShard, TIMEOUT);
      List<ConsumerRecord<String, byte[]>> all = outcomes.readToEnd(topic);
      assertThat(all).extracting(ConsumerRecord::key).doesNotHaveDuplicates();
      Map<String, List<String>> ofShard =
          all.stream()
              .collect(
                  groupingBy(
                      record -> record.key().split(":", 2)[0],
                      mapping(record -> KafkaRecords.text(record).orElse(""), toList())));
      List<String> expected =
          IntStream.rangeClosed(1, perShard).mapToObj(n -> "worked as number " + n).toList();
      assertThat(ofShard).containsOnlyKeys(SHARDS);
      assertThat(ofShard.values()).allSatisfy(told -> assertThat(told).isEqualTo(expected));
    }
  }

  @Test
  void aStateThatIsTooNewIsRefusedInOneSentenceBeforeAnythingIsTouched() throws Exception {
    String prefix = KAFKA.topic("new-");
    ToyService toy = new ToyService(prefix);
    createTopics(toy);
    StateCodec<Toy> newer = StateCodec.json(JSON, Toy.class, 2);
    LongWork work = new LongWork();
    try (ShardRuntime<Toy> storing = start(prefix, newer, work, "newer")) {
      orderInAllShards(prefix, "first");
      await().atMost(TIMEOUT).until(() -> work.started.size() == SHARDS.size());
      assertSound(storing);
    }
    Traces before = Traces.of(toy);
    orderInAllShards(prefix, "second");

    LongWork refused = new LongWork();
    try (ShardRuntime<Toy> older = start(prefix, FEWER, refused, "older")) {
      await().atMost(TIMEOUT).until(() -> older.state() == ShardRuntime.State.FAILED);
      assertThat(older.failure().toCompletableFuture().get(10, TimeUnit.SECONDS))
          .isInstanceOf(StateTooNewException.class)
          .hasMessageStartingWith(prefix + "toy is too old for what a newer one stored of shard c/")
          .hasMessageContaining("(version 2, of which up to 1 can be read)");
    }
    assertThat(Traces.of(toy)).isEqualTo(before);
    assertThat(refused.started).isEmpty();

    work.release.countDown();
    try (ShardRuntime<Toy> _ = start(prefix, newer, work, "again")) {
      assertEachOrderIsDoneOnceAndInSequence(prefix, 2);
    }
  }

  /** Everything that a coordinator leaves behind. */
  private record Traces(
      Map<TopicPartition, Long> committed, int states, int outcomes, int deadLetters) {
    static Traces of(ToyService toy) throws Exception {
      Map<TopicPartition, Long> committed = new ConcurrentHashMap<>();
      try (Admin admin = KAFKA.broker().admin()) {
        Map<TopicPartition, OffsetAndMetadata> offsets =
            admin
                .listConsumerGroupOffsets(toy.prefix() + "toy")
                .partitionsToOffsetAndMetadata()
                .get(10, TimeUnit.SECONDS);
        offsets.forEach(
            (partition, at) -> {
              if (at != null) {
                committed.put(partition, at.offset());
              }
            });
      }
      return new Traces(
          committed,
          size(toy.prefix() + "toy-shards-changelog"),
          size(toy.outcomes()),
          size(toy.deadLetters()));
    }

    private static int size(String topic) {
      try (KafkaRecords records = KafkaRecords.of(KAFKA.bootstrapServers(), topic)) {
        return records.readToEnd(topic).size();
      }
    }
  }

  private static void createTopics(ToyService toy) {
    toy.topics().forEach(topic -> KAFKA.broker().createTopic(topic, PARTITIONS, Map.of()));
  }

  private ShardRuntime<Toy> start(
      String prefix, StateCodec<Toy> version, ToyService.Effects effects, String instance)
      throws InterruptedException {
    return ShardRuntime.start(
        new ToyService(prefix, version).with(effects),
        RuntimeConfig.of(kafka(), folder.resolve(instance)));
  }

  private static void orderInAllShards(String prefix, String id) throws InterruptedException {
    String notes = new ToyService(prefix).notes();
    try (EventPublisher publisher = EventPublisher.open(kafka(), Duration.ofSeconds(20))) {
      for (String shard : SHARDS) {
        byte[] value = ToyService.text(shard + " order " + shard + ":" + id);
        publisher.publishAndWait(Publication.of(notes, shard, Map.of(), value));
      }
    }
  }

  private static Map<String, String> kafka() {
    return Map.of("bootstrap.servers", KAFKA.bootstrapServers());
  }
}
