package io.reseed.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "processing.guarantee, at_least_once",
    "isolation.level, read_uncommitted",
    "consumer.isolation.level, read_uncommitted",
    "main.consumer.isolation.level, read_uncommitted",
    "restore.consumer.isolation.level, read_uncommitted",
    "main.consumer.auto.offset.reset, latest",
    "enable.auto.commit, true",
    "producer.enable.idempotence, false",
    "acks, 1",
    "producer.acks, 0",
    "transactional.id, mine",
    "producer.transaction.timeout.ms, 900000",
    "application.id, other",
    "session.timeout.ms, 45000",
    "default.deserialization.exception.handler, some.Handler",
    "topic.cleanup.policy, delete",
    "key.serializer, some.Serializer"
  })
  void whatCorrectnessDependsOnIsRefusedByName(String key, String value) {
    assertThatThrownBy(() -> ClientSettings.requireOwnUntouched(Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("kafka: ")
        .hasMessageContaining(key + " (")
        .hasMessageContaining("remove");
  }

  @Test
  void everyWrongKeyIsNamedAtOnceAndNoValueIs() {
    assertThatThrownBy(
            () -> ClientSettings.requireOwnUntouched(Map.of("acks", "one", "state.dir", "here")))
        .hasMessageEndingWith("acks (always all), state.dir (set by the service)");
  }

  @Test
  void theRightValueAndEverythingElseMayBeGiven() {
    Map<String, String> kafka =
        Map.of(
            "bootstrap.servers", "a:1",
            "isolation.level", "read_committed",
            "producer.acks", "all",
            "group.id", "of a framework",
            "client.id", "of a framework",
            "sasl.jaas.config", "some login",
            "producer.compression.type", "zstd",
            "max.poll.records", "100");
    assertThatCode(() -> ClientSettings.requireOwnUntouched(kafka)).doesNotThrowAnyException();
  }

  @Test
  void aPrefixGivesASettingToOneKindOverThePlainKey() {
    Map<String, String> kafka =
        Map.of(
            "bootstrap.servers", "a:1",
            "request.timeout.ms", "1",
            "admin.request.timeout.ms", "2",
            "producer.linger.ms", "3",
            "main.consumer.max.poll.records", "4",
            "group.id", "of a framework");
    assertThat(ClientSettings.of(kafka, ClientSettings.Kind.ADMIN))
        .containsOnly(Map.entry("bootstrap.servers", "a:1"), Map.entry("request.timeout.ms", "2"));
    assertThat(ClientSettings.of(kafka, ClientSettings.Kind.PRODUCER))
        .containsOnly(
            Map.entry("bootstrap.servers", "a:1"),
            Map.entry("request.timeout.ms", "1"),
            Map.entry("linger.ms", "3"));
    assertThat(ClientSettings.of(kafka, ClientSettings.Kind.CONSUMER))
        .containsOnly(Map.entry("bootstrap.servers", "a:1"), Map.entry("request.timeout.ms", "1"));
  }
}
