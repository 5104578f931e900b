package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseed.coordinator.ToyMachine.Event;
import io.reseed.coordinator.ToyMachine.Input;
import io.reseed.coordinator.ToyMachine.Toy;
import io.reseed.coordinator.ToyMachine.Work;
import io.reseed.coordinator.clock.SteadyClock;
import io.reseed.coordinator.roster.RosterReads;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardTopologyTest {
  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final RuntimeConfig.Limits LIMITS = new RuntimeConfig.Limits(4, 8, 1000, 1400, 1);

  private final ToyService toy = new ToyService("");
  private final Counters counters = new Counters();
  private final Map<String, Toy> shown = new ConcurrentHashMap<>();
  private final ScriptedEffects effects = new ScriptedEffects();
  private final EffectDispatcher<Input, Work> dispatcher =
      new EffectDispatcher<>(effects, LIMITS, counters);
  private final ShardService<Toy, Input, Event, Work> service = toy.with(effects);
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> orders;
  private final TestInputTopic<byte[], byte[]> notes;
  private final TestOutputTopic<String, byte[]> outcomes;
  private final TestOutputTopic<String, byte[]> deadLetters;

  ShardTopologyTest(@TempDir Path folder) {
    RuntimeConfig config =
        RuntimeConfig.of(Map.of("bootstrap.servers", "unused:1"), folder).withLimits(LIMITS);
    Properties settings = new Properties();
    settings.putAll(StreamsSettings.of(service.applicationId(), config));
    ShardProcessor.Shared<Toy, Input, Event, Work> shared =
        new ShardProcessor.Shared<>(
            service,
            LIMITS,
            ShardTopology.inputOfTopic(service),
            shown,
            dispatcher,
            new CommitGate(),
            counters,
            new SteadyClock(START::toEpochMilli, () -> 0),
            new ShardProcessor.Rosters<>(new RosterReads<>(Map.of(), List.of()), 1),
            _ -> Integer.MAX_VALUE);
    driver = new TopologyTestDriver(ShardTopology.build(shared), settings, START);
    ByteArraySerializer bytes = new ByteArraySerializer();
    orders = driver.createInputTopic(toy.orders(), bytes, bytes);
    notes = driver.createInputTopic(toy.notes(), bytes, bytes);
    outcomes =
        driver.createOutputTopic(
            toy.outcomes(), new StringDeserializer(), new ByteArrayDeserializer());
    deadLetters =
        driver.createOutputTopic(
            toy.deadLetters(), new StringDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void close() {
    driver.close();
    dispatcher.close();
  }

  /** Answers each effect as the test says, by its id. */
  private static final class ScriptedEffects extends ToyService.Effects {
    private final Map<String, Integer> runs = new ConcurrentHashMap<>();
    private final CountDownLatch released = new CountDownLatch(1);

    @Override
    public Input run(String shard, Work effect) throws InterruptedException {
      runs.merge(effect.id(), 1, Integer::sum);
      if (effect.id().startsWith("throw")) {
        throw new IllegalStateException("thrown on purpose");
      }
      if (effect.id().contains("held")) {
        released.await();
      }
      if (effect.id().startsWith("hang") || effect.id().startsWith("slow")) {
        new CountDownLatch(1).await();
      }
      return new Input.Answer(effect.id(), "worked");
    }

    @Override
    public Input failed(String shard, Work effect, EffectFailure failure) {
      if (effect.id().equals("throw mutely")) {
        throw new IllegalStateException("thrown on purpose, again");
      }
      return super.failed(shard, effect, failure);
    }

    @Override
    public Optional<String> subject(Work effect) {
      return effect.id().startsWith("look") ? Optional.of("look") : Optional.empty();
    }

    @Override
    public Duration timeLimit(Work effect) {
      return effect.id().startsWith("hang") ? Duration.ofMillis(100) : Duration.ofSeconds(60);
    }
  }

  private void order(String text) {
    orders.pipeInput(ToyService.text("any key"), ToyService.text(text));
  }

  private void tick() {
    driver.advanceWallClockTime(WakeUp.SOON);
  }

  /** Lets time pass in small steps until something is published. */
  private TestRecord<String, byte[]> awaitOutcome() {
    await()
        .atMost(TIMEOUT)
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              tick();
              return !outcomes.isEmpty();
            });
    return outcomes.readRecord();
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "(none)" : new String(bytes, StandardCharsets.UTF_8);
  }

  private static String header(TestRecord<String, byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "(none)" : text(header.value());
  }

  @Test
  void anOrderBecomesAnEffectAndItsResultIsPublished() {
    order("c/1 order a");

    TestRecord<String, byte[]> outcome = awaitOutcome();

    assertThat(outcome.key()).isEqualTo("a");
    assertThat(text(outcome.value())).isEqualTo("worked as number 1");
    assertThat(header(outcome, "shard")).isEqualTo("c/1");
    assertThat(shown.get("c/1")).isEqualTo(new Toy(Map.of(), List.of("a")));
    assertThat(dispatcher.pending()).isZero();
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void theSameOrderTwiceIsDoneOnce() {
    order("c/1 order a");
    order("c/1 order a");
    awaitOutcome();
    order("c/1 order a");
    tick();

    assertThat(outcomes.isEmpty()).isTrue();
    assertThat(effects.runs).containsExactly(Map.entry("a", 1));
  }

  @Test
  void anEffectThatThrowsOrHangsYieldsOneFailureEach() {
    order("c/1 order throw");
    assertThat(text(awaitOutcome().value())).isEqualTo("THREW as number 1");

    order("c/1 order hang");
    assertThat(text(awaitOutcome().value())).isEqualTo("TIMED_OUT as number 2");

    tick();
    assertThat(outcomes.isEmpty()).isTrue();
    assertThat(counters.effectsFailed.sum()).isEqualTo(2);
    assertThat(dispatcher.pending()).isZero();
  }

  @Test
  void anEffectWhoseFailureCannotBeToldIsLeftToTheMachinesOwnDeadline() {
    order("c/1 order throw mutely");

    await().atMost(TIMEOUT).until(() -> dispatcher.pending() == 0);
    assertThat(counters.bugs.sum()).isEqualTo(1);
    driver.advanceWallClockTime(ToyMachine.PATIENCE);
    assertThat(text(outcomes.readValue())).isEqualTo("expired as number 1");
  }

  @Test
  void aStateThatGrowsTooLargeToBeStoredIsNotTaken() {
    order("c/1 order slow-" + "x".repeat(800));
    Toy before = shown.get("c/1");
    order("c/1 order slow-" + "y".repeat(800));

    assertThat(shown.get("c/1")).isEqualTo(before);
    assertThat(header(deadLetters.readRecord(), "reason")).startsWith("BUG");
  }

  @Test
  void whileTooManyEffectsArePendingTimersWaitAndNothingFails() {
    int many = LIMITS.effectsPendingMax() + 1;
    for (int i = 0; i < many; i++) {
      order("c/1 order held" + i);
    }
    assertThat(dispatcher.pending()).isEqualTo(many);
    driver.advanceWallClockTime(ToyMachine.PATIENCE);
    assertThat(outcomes.isEmpty()).as("no timer fired").isTrue();

    effects.released.countDown();
    for (int i = 1; i <= many; i++) {
      // a timer that is due may be first now, for those whose effect still runs
      assertThat(text(awaitOutcome().value())).endsWith("ed as number " + i);
    }
    await().atMost(TIMEOUT).pollInSameThread().until(this::nothingIsPendingAfterATick);
    assertThat(counters.effectsFailed.sum()).isZero();
  }

  private boolean nothingIsPendingAfterATick() {
    tick();
    return dispatcher.pending() == 0;
  }

  @Test
  void aForgottenShardsEffectsEndWhereTheyChangeNothing() {
    order("c/1 order look-held");
    await().atMost(TIMEOUT).until(() -> effects.runs.containsKey("look-held"));
    notes.pipeInput(ToyService.text("c/1"), ToyService.text("c/1 forget"));

    assertThat(dispatcher.pending()).isZero();
    assertThat(counters.effectsCancelled.sum()).isOne();
    assertThat(counters.effectsFailed.sum()).isZero();
  }

  @Test
  void aTimerFiresWhenItsDeadlineHasComeAndNotBefore() {
    order("c/1 order slow");
    driver.advanceWallClockTime(ToyMachine.PATIENCE.minusMillis(1));
    assertThat(outcomes.isEmpty()).isTrue();

    tick();
    assertThat(text(outcomes.readValue())).isEqualTo("expired as number 1");
    driver.advanceWallClockTime(Duration.ofHours(1));
    assertThat(outcomes.isEmpty()).isTrue();
  }

  @Test
  void aTombstoneIsPublishedAndAnInitialStateIsNotStored() {
    order("c/1 order a");
    awaitOutcome();
    order("c/1 forget");

    TestRecord<String, byte[]> tombstone = outcomes.readRecord();
    assertThat(tombstone.key()).isEqualTo("c/1");
    assertThat(tombstone.value()).isNull();
    assertThat(store().get("c/1")).isNull();
    assertThat(shown).isEmpty();
  }

  private KeyValueStore<String, byte[]> store() {
    return driver.getKeyValueStore(ShardProcessor.STORE);
  }

  @Test
  void outsidersTopicsGoThroughAnInternalTopicKeyedByShard() {
    order("c/1 order slow");
    notes.pipeInput(ToyService.text("c/2"), ToyService.text("c/2 order slow"));

    assertThat(driver.producedTopicNames())
        .contains("toy-orders-by-shard-repartition", "toy-shards-changelog")
        .doesNotContain("toy-notes-by-shard-repartition");
    assertThat(shown).containsOnlyKeys("c/1", "c/2");
    TestOutputTopic<String, byte[]> routed =
        driver.createOutputTopic(
            "toy-orders-by-shard-repartition",
            new StringDeserializer(),
            new ByteArrayDeserializer());
    assertThat(routed.readKeyValue().key).isEqualTo("c/1");
  }

  @Test
  void aBrokenRecordGoesToTheDeadLettersWithItsPlaceAndStopsNothing() {
    order("c/1 elsewhere");
    order("c/1 what");
    orders.pipeInput(
        new TestRecord<>(
            ToyService.text("k"),
            ToyService.text("junk"),
            new RecordHeaders().add(Provenance.HEADER, ToyService.text("forged"))));
    order("c/1 order a");

    TestRecord<String, byte[]> first = deadLetters.readRecord();
    assertThat(first.key()).isEqualTo("orders@1");
    assertThat(text(first.value())).isEqualTo("c/1 what");
    assertThat(header(first, "reason")).isEqualTo("UNREADABLE UNKNOWN_EVENT_TYPE omitted=0");
    assertThat(deadLetters.readRecord().key()).isEqualTo("orders@2");
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(awaitOutcome().key()).isEqualTo("a");
  }

  @Test
  void anOversizedRecordIsCutUntilItsDeadLetterFits() {
    order("c/1 order " + "x".repeat(5000));
    notes.pipeInput(ToyService.text("c/1"), ToyService.text("c/1 order " + "x".repeat(5000)));
    notes.pipeInput(new TestRecord<>(new byte[3], null));

    for (String place : List.of("orders@0", "notes@0")) {
      TestRecord<String, byte[]> letter = deadLetters.readRecord();
      assertThat(letter.key()).isEqualTo(place);
      assertThat(letter.value().length).isBetween(100, LIMITS.publicationBytesMax());
      assertThat(header(letter, "reason"))
          .startsWith("TOO_LARGE RECORD_TOO_LARGE omitted=")
          .doesNotEndWith("omitted=0");
    }
    assertThat(header(deadLetters.readRecord(), "reason")).startsWith("UNREADABLE EMPTY_RECORD");
    assertThat(counters.deadLetters.sum()).isEqualTo(3);
    assertThat(shown).isEmpty();
  }

  @Test
  void aMachineThatThrowsLosesTheRecordButNeitherStateNorOtherShards() {
    order("c/1 order slow");
    Toy before = shown.get("c/1");
    byte[] stored = store().get("c/1");

    order("c/1 break");
    order("c/1 break-late");
    order("c/2 break-decoder");
    order("c/2 order a");

    assertThat(shown.get("c/1")).isEqualTo(before);
    assertThat(store().get("c/1")).isEqualTo(stored);
    assertThat(effects.runs).doesNotContainKey("late");
    assertThat(awaitOutcome().key()).isEqualTo("a");
    assertThat(deadLetters.readRecordsToList())
        .extracting(letter -> header(letter, "reason"))
        .hasSize(3)
        .allMatch(reason -> reason.startsWith("BUG MACHINE_THREW"));
  }

  @Test
  void aShardWhoseStoredStateIsUnreadableStandsStillAndKeepsItsBytes() {
    store().put("c/1", ToyService.text("not json"));
    order("c/1 order a");
    order("c/2 order b");

    assertThat(awaitOutcome().key()).isEqualTo("b");
    assertThat(header(deadLetters.readRecord(), "reason")).startsWith("BUG");
    assertThat(text(store().get("c/1"))).isEqualTo("not json");
  }

  @Test
  void aRestoredShardIsResumedBeforeAnythingElse() {
    String pending = "{\"pendingUntilMillis\":{\"slow\":1},\"done\":[]}";
    store().put("c/1", ToyService.text("{\"version\":1,\"state\":" + pending + "}"));

    order("c/9 elsewhere");
    tick();

    await().atMost(TIMEOUT).until(() -> effects.runs.containsKey("slow"));
    assertThat(text(outcomes.readRecord().value())).isEqualTo("expired as number 1");
  }
}
