package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseed.coordinator.ToyMachine.Input;
import io.reseed.coordinator.ToyMachine.Toy;
import io.reseed.coordinator.ToyMachine.Work;
import io.reseed.kafka.CompactedView;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.Publication;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The broker is killed and comes back while a runtime, a view and a publisher use it. */
@Tag("slow")
class BrokerRestartTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.dedicated(Map.of());

  private static final Duration TIMEOUT = Duration.ofSeconds(40);

  private final ToyService toy = new ToyService(KAFKA.prefix());

  @Test
  void everythingGoesOnWhenTheBrokerIsBack(@TempDir Path folder) throws Exception {
    toy.topics().forEach(topic -> KAFKA.broker().createTopic(topic, 2, Map.of()));
    Map<String, String> kafka = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    ToyService.Effects effects =
        new ToyService.Effects() {
          @Override
          public Input run(String shard, Work effect) {
            return new Input.Answer(effect.id(), "worked");
          }
        };
    try (ShardRuntime<Toy> runtime =
            ShardRuntime.start(toy.with(effects), RuntimeConfig.of(kafka, folder));
        EventPublisher publisher = EventPublisher.open(kafka, TIMEOUT);
        CompactedView<String> view =
            CompactedView.open(
                kafka,
                toy.outcomes(),
                Optional.empty(),
                record -> KafkaRecords.text(record).orElse(""),
                new CompactedView.Listener<>() {})) {
      publisher.publishAndWait(order("before"));
      await().atMost(TIMEOUT).until(() -> view.get("before").isPresent());

      KAFKA.broker().kill();
      KAFKA.broker().restart();

      publisher.publishAndWait(order("after"));
      await().atMost(TIMEOUT).until(() -> view.get("after").isPresent());
      assertThat(view.values())
          .containsOnly(
              Map.entry("before", "worked as number 1"), Map.entry("after", "worked as number 2"));
      assertThat(view.lostReason()).isEmpty();
      assertThat(runtime.state()).isNotEqualTo(ShardRuntime.State.FAILED);
    }
    try (KafkaRecords outcomes = KafkaRecords.of(KAFKA.bootstrapServers(), toy.outcomes())) {
      assertThat(outcomes.readToEnd(toy.outcomes()))
          .extracting(ConsumerRecord::key)
          .containsExactly("before", "after");
    }
  }

  private Publication order(String id) {
    return Publication.of(toy.notes(), "c/1", Map.of(), ToyService.text("c/1 order " + id));
  }
}
