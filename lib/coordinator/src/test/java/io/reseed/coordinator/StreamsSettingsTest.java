package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class StreamsSettingsTest {
  private static final Map<String, String> KAFKA =
      Map.of(
          "bootstrap.servers", "a:1",
          "security.protocol", "SASL_SSL",
          "sasl.mechanism", "SCRAM-SHA-512",
          "sasl.jaas.config", "some login",
          "ssl.truststore.type", "PEM",
          "ssl.truststore.location", "/ca.pem",
          "ssl.endpoint.identification.algorithm", "https",
          "request.timeout.ms", "12345");

  private static StreamsConfig streams(Map<String, String> more) {
    Map<String, String> kafka = new HashMap<>(KAFKA);
    kafka.putAll(more);
    return new StreamsConfig(StreamsSettings.of("app", RuntimeConfig.of(kafka, Path.of("state"))));
  }

  private static List<Map<String, Object>> clients(StreamsConfig config) {
    return List.of(
        config.getMainConsumerConfigs("group", "client", 0),
        config.getRestoreConsumerConfigs("client"),
        config.getGlobalConsumerConfigs("client"),
        config.getProducerConfigs("client"),
        config.getAdminConfigs("client"));
  }

  @Test
  void settingsReachEveryClientOfStreams() {
    for (Map<String, Object> client : clients(streams(Map.of()))) {
      KAFKA.forEach(
          (key, value) ->
              assertThat(client.get(key)).as(key).extracting(String::valueOf).isEqualTo(value));
    }
  }

  @Test
  void aPrefixedSettingReachesItsClientAlone() {
    StreamsConfig config =
        streams(
            Map.of(
                "producer.compression.type", "zstd",
                "main.consumer.max.poll.records", "7",
                "admin.request.timeout.ms", "99"));
    assertThat(config.getProducerConfigs("c")).containsEntry("compression.type", "zstd");
    assertThat(config.getMainConsumerConfigs("g", "c", 0)).containsEntry("max.poll.records", "7");
    assertThat(config.getRestoreConsumerConfigs("c").get("max.poll.records"))
        .extracting(String::valueOf)
        .isNotEqualTo("7");
    assertThat(config.getAdminConfigs("c")).containsEntry("request.timeout.ms", "99");
  }

  @Test
  void identitiesThatAFrameworkAddsStayOut() {
    StreamsConfig config =
        streams(
            Map.of(
                "group.id", "framework",
                "client.id", "framework",
                "main.consumer.group.instance.id", "framework"));
    for (Map<String, Object> client : clients(config)) {
      assertThat(client.values()).doesNotContain("framework");
    }
  }

  @Test
  void whatTheRuntimeNeedsReachesItsClients() {
    StreamsConfig config = streams(Map.of());
    assertThat(config.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("auto.offset.reset", "earliest");
    assertThat(config.getRestoreConsumerConfigs("c"))
        .containsEntry("isolation.level", "read_committed");
    assertThat(config.getProducerConfigs("c")).containsEntry("enable.idempotence", true);
  }

  @Test
  void anAttemptToChangeThatIsRefusedWhenItIsConfigured() {
    assertThatThrownBy(() -> streams(Map.of("main.consumer.isolation.level", "read_uncommitted")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("main.consumer.isolation.level (always read_committed)");
  }

  @Test
  void theConfigurationDoesNotTellThePassword() {
    RuntimeConfig config = RuntimeConfig.of(KAFKA, Path.of("state"));
    assertThat(config.toString()).contains("a:1").doesNotContain("some login");
  }
}
