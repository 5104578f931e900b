package io.reseed.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.kafka.BrokerRefusal.Reason;
import java.security.cert.CertificateException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLHandshakeException;
import javax.security.auth.login.LoginException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DelegationTokenAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerRefusalTest {
  private static final String PASSWORD = "correct-horse";
  private static final Map<String, String> KAFKA =
      Map.of(
          "bootstrap.servers", "kafka-1:9093",
          "security.protocol", "SASL_SSL",
          "sasl.mechanism", "SCRAM-SHA-512",
          "sasl.jaas.config", login(PASSWORD));
  private static final KafkaUse READING = KafkaUse.reading(KAFKA, List.of("orders"));

  record Row(Exception thrown, Reason reason, String text) {}

  static final List<Row> REFUSALS =
      List.of(
          new Row(
              new SaslAuthenticationException("Authentication failed: invalid credentials"),
              Reason.LOGIN,
              "the broker at kafka-1:9093 refused the password of user alice"),
          new Row(
              new UnsupportedSaslMechanismException("enabled mechanisms are [PLAIN]"),
              Reason.LOGIN,
              "the broker at kafka-1:9093 does not take this login of user alice"
                  + " (enabled mechanisms are [PLAIN])"),
          new Row(
              new RecordTooLargeException("The request included a message larger than the max"),
              Reason.SIZE,
              "the broker at kafka-1:9093 does not take a record for its size (The request"
                  + " included a message larger than the max): raise max.message.bytes of orders"),
          new Row(
              new IllegalSaslStateException("Unexpected handshake request"),
              Reason.LOGIN,
              "the broker at kafka-1:9093 does not take this login of user alice"),
          new Row(
              new SslAuthenticationException(
                  "SSL handshake failed", handshake(new CertificateException("No name matching"))),
              Reason.CERTIFICATE,
              "the certificate of the broker at kafka-1:9093 is not trusted or not for this host"
                  + " name (No name matching)"),
          new Row(
              new SslAuthenticationException(
                  "SSL handshake failed", new SSLHandshakeException("Unrecognized SSL message")),
              Reason.CERTIFICATE,
              "no TLS connection to the broker at kafka-1:9093 (Unrecognized SSL message)"),
          new Row(
              new TopicAuthorizationException(Set.of("z", "a")),
              Reason.PERMISSION,
              "user alice may not READ topic a, z (broker at kafka-1:9093)"),
          new Row(
              new TopicAuthorizationException("Topic authorization failed."),
              Reason.PERMISSION,
              "user alice may not READ topic orders (broker at kafka-1:9093)"),
          new Row(
              GroupAuthorizationException.forGroupId("g"),
              Reason.PERMISSION,
              "user alice may not READ group g"),
          new Row(
              new TransactionalIdAuthorizationException("Transactional Id authorization failed."),
              Reason.PERMISSION,
              "user alice may not WRITE and DESCRIBE its transactional ids"),
          new Row(
              new ClusterAuthorizationException("Cluster authorization failed."),
              Reason.PERMISSION,
              "user alice may not do this on the cluster, Cluster authorization failed."),
          new Row(
              new DelegationTokenAuthorizationException("no token"),
              Reason.PERMISSION,
              "user alice may not do this, no token"),
          new Row(
              new ConfigException("sasl.mechanism", "X", "unknown"),
              Reason.SETTINGS,
              "the kafka settings cannot be used: Invalid value X for configuration sasl.mechanism"),
          new Row(
              new LoginException("no module"),
              Reason.SETTINGS,
              "the kafka settings cannot be used: no module"));

  /** As the clients, futures and stream threads hand a failure on. */
  private static final List<UnaryOperator<Exception>> WRAPPINGS =
      List.of(
          thrown -> thrown,
          ExecutionException::new,
          thrown -> new CompletionException(new KafkaException("Failed to send", thrown)),
          thrown ->
              new IllegalStateException("cannot be described", new ExecutionException(thrown)),
          thrown ->
              new KafkaException("task [0_0]", new KafkaException("Could not create", thrown)));

  @ParameterizedTest
  @FieldSource("REFUSALS")
  void aRefusalIsNamedHoweverItIsWrapped(Row row) {
    for (UnaryOperator<Exception> wrapping : WRAPPINGS) {
      Exception thrown = wrapping.apply(row.thrown());
      BrokerRefusal refusal = BrokerRefusal.of(thrown, READING).orElseThrow();
      assertThat(refusal.reason()).as("%s", thrown).isEqualTo(row.reason());
      assertThat(refusal.text()).startsWith(row.text());

      BrokerRefusedException named = BrokerRefusal.exception(thrown, READING).orElseThrow();
      assertThat(named).hasMessage(refusal.text()).hasCause(thrown);
      assertThat(named.reason()).isEqualTo(row.reason());
      assertThat(BrokerRefusal.of(new ExecutionException(named), READING)).contains(refusal);
    }
  }

  static final List<Exception> PASSING =
      List.of(
          new TimeoutException("no answer"),
          new NetworkException("gone"),
          new UnknownTopicOrPartitionException("not yet"),
          new java.util.concurrent.TimeoutException(),
          new IllegalStateException("a bug"));

  @ParameterizedTest
  @FieldSource("PASSING")
  void whatMayPassIsNoRefusal(Exception thrown) {
    for (UnaryOperator<Exception> wrapping : WRAPPINGS) {
      assertThat(BrokerRefusal.of(wrapping.apply(thrown), READING)).isEmpty();
    }
  }

  @Test
  void anEndlessChainOfCausesIsNoRefusal() {
    IllegalStateException one = new IllegalStateException("one");
    one.initCause(new IllegalStateException("two", one));
    assertThat(BrokerRefusal.of(one, READING)).isEmpty();
  }

  @Test
  void aWriterIsToldSo() {
    KafkaUse writing = KafkaUse.writing(KAFKA, List.of("outcomes"));
    assertThat(BrokerRefusal.of(new TopicAuthorizationException("refused"), writing).orElseThrow())
        .extracting(BrokerRefusal::text)
        .asString()
        .startsWith("user alice may not WRITE topic outcomes");
  }

  @Test
  void aClientWithoutAUserIsCalledThat() {
    KafkaUse nobody = KafkaUse.reading(Map.of("bootstrap.servers", "kafka-1:9093"), List.of());
    assertThat(BrokerRefusal.of(GroupAuthorizationException.forGroupId("g"), nobody).orElseThrow())
        .extracting(BrokerRefusal::text)
        .asString()
        .startsWith("this client, which names no user, may not READ group g");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"alice\""
            + " password=\"correct-horse\"",
        "username=\"alice\" password=\"correct-horse\";",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"alice\""
            + " password=\"x\" \"correct-horse\";",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=alice"
            + " password=correct-horse;x",
        "no.such.Module required username='alice' password='correct-horse';"
      })
  void aBadLoginIsToldByEveryClientAndWithoutThePassword(String login) {
    Map<String, Object> settings = new HashMap<>(KAFKA);
    settings.put("sasl.jaas.config", login);
    KafkaUse use = KafkaUse.reading(settings, List.of());
    ByteArraySerializer to = new ByteArraySerializer();
    ByteArrayDeserializer from = new ByteArrayDeserializer();
    List<Supplier<AutoCloseable>> clients =
        List.of(
            () -> Admin.create(settings),
            () -> new KafkaProducer<>(settings, to, to),
            () -> new KafkaConsumer<>(settings, from, from));
    for (Supplier<AutoCloseable> client : clients) {
      assertThatThrownBy(() -> BrokerRefusal.opening(use, client))
          .isInstanceOfSatisfying(
              BrokerRefusedException.class,
              refused -> assertThat(refused.reason()).isEqualTo(Reason.SETTINGS))
          .hasMessageStartingWith("the kafka settings cannot be used: ")
          .satisfies(BrokerRefusalTest::assertHidesPassword);
    }
  }

  @Test
  void wordsWithASecretInThemAreHiddenWithTheirCause() {
    for (Map.Entry<String, String> secret :
        Map.of(
                "sasl.jaas.config", login("s3cret-1"),
                "ssl.key.password", "s3cret-1",
                "producer.ssl.truststore.password", "s3cret-1",
                "ssl.keystore.key", "s3cret-1")
            .entrySet()) {
      KafkaUse use = KafkaUse.reading(Map.of(secret.getKey(), secret.getValue()), List.of());
      Exception thrown = new KafkaException("failed", new ConfigException("bad s3cret-1"));
      BrokerRefusedException named = BrokerRefusal.exception(thrown, use).orElseThrow();
      assertThat(named).as(secret.getKey()).hasNoCause();
      assertThat(named.getMessage()).doesNotContain("s3cret-1").contains("hidden");
    }
  }

  private static void assertHidesPassword(Throwable thrown) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      assertThat(at.toString()).doesNotContain(PASSWORD);
    }
  }

  private static String login(String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required"
        + " username=\"alice\" password=\"%s\";".formatted(password);
  }

  private static SSLHandshakeException handshake(Exception cause) {
    SSLHandshakeException handshake = new SSLHandshakeException(String.valueOf(cause.getMessage()));
    handshake.initCause(cause);
    return handshake;
  }
}
