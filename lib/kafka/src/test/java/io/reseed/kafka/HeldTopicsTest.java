package io.reseed.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseed.kafka.HeldTopics.Held;
import io.reseed.testkit.KafkaExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HeldTopicsTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final TopicPartition ONE = new TopicPartition("t", 1);

  @Test
  void anOpenTransactionIsNamedAndForgottenWhenItEnds() throws Exception {
    String topic = KAFKA.createTopic("held", 1);
    HeldTopics.Timing timing = new HeldTopics.Timing(Duration.ofMillis(100), Duration.ofSeconds(1));
    Map<String, String> kafka = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    try (HeldTopics watch = HeldTopics.open(kafka, List.of(topic), timing);
        KafkaProducer<byte[], byte[]> producer = producer()) {
      producer.initTransactions();
      producer.beginTransaction();
      producer
          .send(new ProducerRecord<>(topic, 0, null, "x".getBytes(StandardCharsets.UTF_8)))
          .get();
      await()
          .atMost(TIMEOUT)
          .until(() -> watch.trouble().orElse("").contains("holds " + topic + "-0 from offset 0"));
      assertThat(watch.heldSecondsMax()).isGreaterThan(1);

      producer.abortTransaction();
      await().atMost(TIMEOUT).until(() -> watch.trouble().isEmpty());
      assertThat(watch.heldSecondsMax()).isZero();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", KAFKA.bootstrapServers(), "transactional.id", "held-topics-test"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Where transactions come and go, there is always one that is not over yet. */
  @Test
  void whatMovesIsNotHeld() {
    Map<TopicPartition, Held> first =
        HeldTopics.compared(Map.of(), Map.of(ONE, 5L), Map.of(ONE, 7L), 100);
    assertThat(first).isEqualTo(Map.of(ONE, new Held(5, 100)));
    assertThat(HeldTopics.compared(first, Map.of(ONE, 5L), Map.of(ONE, 9L), 200))
        .as("it stands")
        .isEqualTo(first);
    assertThat(HeldTopics.compared(first, Map.of(ONE, 6L), Map.of(ONE, 9L), 200))
        .as("another one")
        .isEqualTo(Map.of(ONE, new Held(6, 200)));
    assertThat(HeldTopics.compared(first, Map.of(ONE, 9L), Map.of(ONE, 9L), 200)).isEmpty();
  }
}
