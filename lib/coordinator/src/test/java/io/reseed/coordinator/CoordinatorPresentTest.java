package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.coordinator.ToyMachine.Event;
import io.reseed.coordinator.ToyMachine.Input;
import io.reseed.coordinator.ToyMachine.Toy;
import io.reseed.coordinator.ToyMachine.Work;
import io.reseed.coordinator.clock.SteadyClock;
import io.reseed.coordinator.roster.Roster;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.InputTopic;
import io.reseed.kafka.Publication;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator whose clock jumps, and coordinators that come back to a changed world. */
@Tag("slow")
class CoordinatorPresentTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

  @TempDir Path folder;

  /** Answers at once. */
  private static class Worked extends ToyService.Effects {
    @Override
    public Input run(String shard, Work effect) {
      return new Input.Answer(effect.id(), "worked");
    }
  }

  private static ToyService toyWithTopics(String name) {
    ToyService toy = new ToyService(KAFKA.topic(name + "-"));
    toy.topics().forEach(topic -> KAFKA.broker().createTopic(topic, 1, Map.of()));
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

  @Test
  void answersAreTakenUpHoweverTheWallClockJumps() throws Exception {
    ToyService toy = toyWithTopics("jumps");
    AtomicLong jumpMillis = new AtomicLong();
    SteadyClock clock =
        new SteadyClock(() -> System.currentTimeMillis() + jumpMillis.get(), System::nanoTime);
    ToyService.Effects jumping =
        new Worked() {
          @Override
          public Input run(String shard, Work effect) {
            jumpMillis.set(effect.id().equals("back") ? -HOUR_MILLIS : HOUR_MILLIS);
            return super.run(shard, effect);
          }
        };
    RuntimeConfig config = config("one").withClock(clock);
    try (ShardRuntime<Toy> _ = ShardRuntime.start(toy.with(jumping), config);
        KafkaRecords outcomes = KafkaRecords.of(KAFKA.bootstrapServers(), toy.outcomes())) {
      for (String id : List.of("back", "ahead", "back", "ahead")) {
        order(toy, "c/" + id + jumpMillis.get(), id);
        assertThat(
                outcomes
                    .awaitRecord(toy.outcomes(), record -> record.key().equals(id), TIMEOUT)
                    .value())
            .isEqualTo(ToyService.text("worked as number 1"));
      }
    }
  }

  private static ShardService<Toy, Input, Event, Work> compared(
      ToyService toy, BiFunction<Toy, List<Input>, List<Input>> missed) {
    ShardService<Toy, Input, Event, Work> service = toy.with(new Worked());
    InputTopic<Input> notes =
        service.inputs().stream()
            .filter(input -> input.name().equals(toy.notes()))
            .findFirst()
            .orElseThrow();
    return service.comparedWith(List.of(new Roster<>(notes, missed)));
  }

  @Test
  void whatTheTopicSaysIsDoneAlsoWhenTheStateIsLost() throws Exception {
    ToyService toy = toyWithTopics("lost");
    ShardService<Toy, Input, Event, Work> service =
        compared(
            toy, (state, said) -> state.equals(new ToyMachine().initial("")) ? said : List.of());
    order(toy, "c/1", "a");
    try (KafkaRecords outcomes = KafkaRecords.of(KAFKA.bootstrapServers(), toy.outcomes())) {
      try (ShardRuntime<Toy> _ = ShardRuntime.start(service, config("one"))) {
        outcomes.awaitRecord(toy.outcomes(), record -> record.key().equals("a"), TIMEOUT);
      }
      try (Admin admin = KAFKA.broker().admin()) {
        admin.deleteTopics(Set.of(service.applicationId() + "-shards-changelog")).all().get();
      }
      try (ShardRuntime<Toy> _ = ShardRuntime.start(service, config("two"))) {
        outcomes.awaitRecord(
            toy.outcomes(), record -> record.key().equals("a") && record.offset() > 1, TIMEOUT);
      }
    }
  }

  @Test
  void whatTheTopicSaysNoLongerEndsAlsoWhenTheTombstoneIsGone() throws Exception {
    ToyService toy = toyWithTopics("away");
    ShardService<Toy, Input, Event, Work> service =
        compared(toy, (_, said) -> said.isEmpty() ? List.of(new Input.Forget()) : List.of());
    order(toy, "c/1", "a");
    try (KafkaRecords outcomes = KafkaRecords.of(KAFKA.bootstrapServers(), toy.outcomes())) {
      try (ShardRuntime<Toy> _ = ShardRuntime.start(service, config("one"))) {
        outcomes.awaitRecord(toy.outcomes(), record -> record.key().equals("a"), TIMEOUT);
      }
      try (Admin admin = KAFKA.broker().admin()) {
        admin.deleteConsumerGroups(Set.of(service.applicationId())).all().get();
        admin
            .deleteRecords(
                Map.of(new TopicPartition(toy.notes(), 0), RecordsToDelete.beforeOffset(-1)))
            .all()
            .get();
      }
      try (ShardRuntime<Toy> runtime = ShardRuntime.start(service, config("one"))) {
        outcomes.awaitRecord(toy.outcomes(), record -> record.key().equals("c/1"), TIMEOUT);
        assertThat(runtime.snapshot()).isEmpty();
      }
    }
  }
}
