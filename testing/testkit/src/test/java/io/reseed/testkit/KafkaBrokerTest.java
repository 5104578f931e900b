package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every other test stands on this; alone it is looked at in long runs. */
@Tag("long")
class KafkaBrokerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.dedicated(Map.of());

  @Test
  void aKilledBrokerComesBackOnTheSamePortWithItsRecords() throws Exception {
    String topic = KAFKA.createTopic("survives", 2);
    String address = KAFKA.bootstrapServers();
    send(topic, "before");
    try (KafkaRecords records = KafkaRecords.of(address, topic)) {
      records.awaitRecord(topic, record -> textIs(record, "before"), TIMEOUT);

      KAFKA.broker().kill();
      KAFKA.broker().restart();

      assertThat(KAFKA.bootstrapServers()).isEqualTo(address);
      send(topic, "after");
      records.awaitRecord(topic, record -> textIs(record, "after"), TIMEOUT);
    }
    try (KafkaRecords again = KafkaRecords.of(address, topic)) {
      assertThat(again.readToEnd(topic))
          .extracting(record -> KafkaRecords.text(record).orElseThrow())
          .containsExactlyInAnyOrder("before", "after");
    }
  }

  @Test
  void aStoppedBrokerComesBackWithItsTopics() throws Exception {
    String topic = KAFKA.createTopic("stopped", 3);
    send(topic, "kept");

    KAFKA.broker().restart();

    try (KafkaRecords records = KafkaRecords.of(KAFKA.bootstrapServers(), topic)) {
      assertThat(records.readToEnd(topic)).hasSize(1);
    }
  }

  @Test
  void topicsAreNotCreatedByUsingThem() {
    assertThatThrownBy(() -> send(KAFKA.topic("undeclared"), "lost", Duration.ofSeconds(3)))
        .hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void aTopicGetsItsConfig() throws Exception {
    String topic = KAFKA.topic("compacted");
    KAFKA.broker().createTopic(topic, 1, Map.of("cleanup.policy", "compact"));

    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (var admin = KAFKA.broker().admin()) {
      var config = admin.describeConfigs(List.of(resource)).all().get(30, TimeUnit.SECONDS);
      assertThat(config.values())
          .extracting(values -> values.get("cleanup.policy").value())
          .containsExactly("compact");
    }
  }

  @Test
  void onlyCommittedRecordsAreRead() throws Exception {
    String topic = KAFKA.createTopic("transactions", 1);
    Map<String, Object> transactional =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers(),
            ProducerConfig.TRANSACTIONAL_ID_CONFIG, KAFKA.topic("writer"));
    try (var producer =
            new KafkaProducer<>(transactional, new StringSerializer(), new StringSerializer());
        KafkaRecords records = KafkaRecords.of(KAFKA.bootstrapServers(), topic)) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "key", "aborted")).get(30, TimeUnit.SECONDS);
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "key", "committed")).get(30, TimeUnit.SECONDS);
      producer.commitTransaction();

      // Kafka answers a commit before readers see it: until then the end lies before the record
      records.awaitRecord(topic, record -> textIs(record, "committed"), TIMEOUT);
      assertThat(records.readToEnd(topic))
          .extracting(record -> KafkaRecords.text(record).orElseThrow())
          .containsExactly("committed");
    }
  }

  @Test
  void awaitingARecordThatNeverComesNamesWhatCame() throws Exception {
    String topic = KAFKA.createTopic("other", 1);
    send(topic, "something else");
    try (KafkaRecords records = KafkaRecords.of(KAFKA.bootstrapServers(), topic)) {
      // a reader that only starts may need longer than the wait that is to end without success
      records.awaitRecord(topic, record -> textIs(record, "something else"), TIMEOUT);
      assertThatThrownBy(() -> records.awaitRecord(topic, record -> false, Duration.ofSeconds(2)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("something else");
    }
  }

  @Test
  void aTopicMayComeIntoBeingAfterItsReader() throws Exception {
    String topic = KAFKA.topic("later");
    try (KafkaRecords records = KafkaRecords.of(KAFKA.bootstrapServers(), topic)) {
      assertThatThrownBy(() -> records.awaitRecord(topic, record -> true, Duration.ofMillis(300)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("nothing");
      KAFKA.createTopic("later", 1);
      send(topic, "hello");
      assertThat(records.awaitRecord(topic, record -> true, TIMEOUT).key()).isEqualTo("key");
    }
  }

  @Test
  void aContainerIsRefusedClearlyWhereNoEngineRuns() {
    System.setProperty("reseed.kafka", "testcontainers");
    try (Scratch scratch = Scratch.folder("container")) {
      assertThatThrownBy(() -> KafkaBroker.start(scratch.path()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("needs a container engine");
    } finally {
      System.clearProperty("reseed.kafka");
    }
  }

  private static boolean textIs(ConsumerRecord<?, byte[]> record, String text) {
    return KafkaRecords.text(record).filter(text::equals).isPresent();
  }

  private static void send(String topic, String value) throws Exception {
    send(topic, value, TIMEOUT);
  }

  private static void send(String topic, String value, Duration topicWait) throws Exception {
    Map<String, Object> config =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            KAFKA.bootstrapServers(),
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            topicWait.toMillis());
    try (var producer =
        new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(topic, "key", value.getBytes(StandardCharsets.UTF_8)))
          .get(30, TimeUnit.SECONDS);
    }
  }
}
