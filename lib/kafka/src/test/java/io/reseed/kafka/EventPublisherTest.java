package io.reseed.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventPublisherTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Test
  void aRecordLiesWhereItsPartitionKeySaysAsJavasOwnProducerHasIt() throws Exception {
    String topic = KAFKA.createTopic("partitions", 7);
    Map<String, Object> settings = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    try (EventPublisher publisher = open(KAFKA.bootstrapServers(), TIMEOUT);
        KafkaProducer<String, byte[]> plain =
            new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        KafkaRecords records = KafkaRecords.of(KAFKA.bootstrapServers(), topic)) {
      for (String shard : List.of("commerce/-80", "commerce/80-", "größe/0", "")) {
        int expected =
            plain.send(new ProducerRecord<>(topic, shard, new byte[0])).get().partition();
        publisher.publishAndWait(
            Publication.of(
                    topic, "id of " + shard, Map.of("h", Publication.utf8(shard)), new byte[1])
                .partitionedBy(shard));
        ConsumerRecord<String, byte[]> record =
            records.awaitRecord(topic, found -> found.key().equals("id of " + shard), TIMEOUT);
        assertThat(record.partition()).as(shard).isEqualTo(expected);
        assertThat(record.headers().lastHeader("h").value()).isEqualTo(Publication.utf8(shard));
      }
    }
  }

  @Test
  void anAbsentBrokerIsAFailureWithinTheTimeout() throws Exception {
    long startedAtNanos = System.nanoTime();
    try (EventPublisher publisher = open("127.0.0.1:1", Duration.ofSeconds(1))) {
      assertThatThrownBy(
              () -> publisher.publishAndWait(Publication.tombstone("any", "key", Map.of())))
          .isInstanceOf(KafkaException.class)
          .hasMessageContaining("was not published");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - startedAtNanos))
        .as("far from the minutes that Kafka takes by itself")
        .isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void anUnknownTopicIsAFailureWithinTheTimeout() throws Exception {
    try (EventPublisher publisher = open(KAFKA.bootstrapServers(), Duration.ofSeconds(1))) {
      assertThat(publisher.publish(Publication.tombstone(KAFKA.topic("no"), "k", Map.of())))
          .failsWithin(Duration.ofSeconds(5));
    }
  }

  @Test
  void whatAnOperatorSaysOfTheProducerCountsAndTheRestFollowsFromTheTimeout() {
    assertThat(EventPublisher.settings(Map.of(), Duration.ofSeconds(30)))
        .containsEntry("request.timeout.ms", "10000")
        .containsEntry("delivery.timeout.ms", "30000")
        .containsEntry("max.block.ms", "30000")
        .containsEntry("linger.ms", "0");
    Map<String, String> operators =
        Map.of(
            "request.timeout.ms", "45000",
            "producer.linger.ms", "5",
            "consumer.request.timeout.ms", "7",
            "buffer.memory", "1048576");
    assertThat(EventPublisher.settings(operators, Duration.ofSeconds(30)))
        .containsEntry("request.timeout.ms", "45000")
        .containsEntry("linger.ms", "5")
        .containsEntry("buffer.memory", "1048576")
        .containsEntry("acks", "all")
        .as("Kafka refuses a delivery timeout below that of a request and the linger")
        .containsEntry("delivery.timeout.ms", "45005");
  }

  private static EventPublisher open(String bootstrapServers, Duration timeout) {
    return EventPublisher.open(Map.of("bootstrap.servers", bootstrapServers), timeout);
  }
}
