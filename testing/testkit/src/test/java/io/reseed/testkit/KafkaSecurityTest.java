package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every other test stands on this; alone it is looked at in long runs. */
@Tag("long")
class KafkaSecurityTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** What Kafka's clients give a request by default; a refusal must not take that long. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.secured("writer");

  @Test
  void aUserWritesAndReadsAlsoInTransactionsAndAfterARestart() throws Exception {
    String topic = KAFKA.createTopic("letters", 2);
    Map<String, String> kafka = KAFKA.broker().security().clientSettings("writer");
    send(kafka, topic, "before");

    KAFKA.broker().restart();

    send(kafka, topic, "after");
    try (KafkaRecords records = KafkaRecords.of(kafka, List.of(topic))) {
      List<ConsumerRecord<String, byte[]>> found =
          records.awaitRecords(topic, record -> true, 2, TIMEOUT);
      assertThat(found)
          .extracting(record -> KafkaRecords.text(record).orElseThrow())
          .containsExactlyInAnyOrder("before", "after");
    }
    assertThat(describe(kafka)).isNotEmpty();
  }

  @Test
  void aWrongPasswordIsRefusedAtOnce() {
    Map<String, String> kafka = KAFKA.broker().security().clientSettings("writer", "guessed");
    assertRefused(kafka, SaslAuthenticationException.class);
  }

  @Test
  void aNameThatTheCertificateDoesNotHaveIsRefusedAtOnce() {
    Map<String, String> kafka = misnamed();
    assertRefused(kafka, SslAuthenticationException.class);
  }

  @Test
  void theSameAddressServesAClientThatDoesNotLookAtNames() throws Exception {
    Map<String, String> kafka = misnamed();
    kafka.put("ssl.endpoint.identification.algorithm", "");
    assertThat(describe(kafka)).isNotEmpty();
  }

  @Test
  void anAuthorityThatTheClientDoesNotKnowIsRefusedAtOnce() {
    Map<String, String> kafka = new HashMap<>(KAFKA.broker().security().clientSettings("writer"));
    kafka.remove("ssl.truststore.type");
    kafka.remove("ssl.truststore.location");
    assertRefused(kafka, SslAuthenticationException.class);
  }

  @Test
  void aClientInTheOpenIsNotServed() {
    Map<String, String> kafka =
        Map.of(
            "bootstrap.servers",
            KAFKA.bootstrapServers(),
            "request.timeout.ms",
            "1000",
            "default.api.timeout.ms",
            "2000");
    assertThatThrownBy(() -> describe(kafka))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void aUserThatIsUnknownAndABrokerInTheOpenAreNamed() {
    assertThatThrownBy(() -> KAFKA.broker().security().clientSettings("stranger"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stranger")
        .hasMessageContaining("writer");
  }

  private static Map<String, String> misnamed() {
    KafkaSecurity security = KAFKA.broker().security();
    Map<String, String> kafka = new HashMap<>(security.clientSettings("writer"));
    kafka.put("bootstrap.servers", security.misnamedBootstrapServers());
    return kafka;
  }

  private static void assertRefused(Map<String, String> kafka, Class<? extends Exception> refusal) {
    long startedAtNanos = System.nanoTime();
    assertThatThrownBy(() -> describe(kafka))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(refusal);
    assertThat(Duration.ofNanos(System.nanoTime() - startedAtNanos))
        .isLessThan(REQUEST_TIMEOUT.dividedBy(2));
  }

  private static String describe(Map<String, String> kafka) throws Exception {
    try (Admin admin = Admin.create(new HashMap<>(kafka))) {
      return admin
          .describeCluster()
          .clusterId()
          .get(2 * REQUEST_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static void send(Map<String, String> kafka, String topic, String value) throws Exception {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("transactional.id", KAFKA.topic("id"));
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "key", value)).get(30, TimeUnit.SECONDS);
      producer.commitTransaction();
    }
  }
}
