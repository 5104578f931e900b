package io.reseed.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.kafka.client.runtime.KafkaRuntimeConfigProducer;
import io.quarkus.runtime.ApplicationConfig;
import io.reseed.fleet.ConfigProblems;
import io.reseed.kafka.ClientSettings;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Through what Quarkus makes of files and environment. */
class KafkaSettingsTest {
  private static final Map<String, String> FILE =
      Map.of("kafka.bootstrap.servers", "kafka:9092", "kafka.linger.ms", "7");

  private static KafkaSettings read(Map<String, String> file, Map<String, String> environment) {
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(ApplicationConfig.class)
            .withDefaultValue("quarkus.application.name", "reseed-some-service")
            .withSources(
                new PropertiesConfigSource(file, "file", 250),
                new EnvConfigSource(environment, 300))
            .addDiscoveredConverters()
            .build();
    return KafkaSettings.of(
        new KafkaRuntimeConfigProducer()
            .createKafkaRuntimeConfig(config, config.getConfigMapping(ApplicationConfig.class)),
        config);
  }

  private static Map<String, String> with(String key, String value) {
    Map<String, String> file = new HashMap<>(FILE);
    file.put(key, value);
    return file;
  }

  private static void check(Map<String, String> values) {
    ConfigProblems problems = new ConfigProblems();
    KafkaSettings.check(values, problems);
    problems.refuse();
  }

  @Test
  void theEnvironmentWinsOverTheFileAndBothReachEveryClientByKafkasNames() {
    KafkaSettings settings =
        read(
            with("kafka.producer.compression.type", "zstd"),
            Map.of(
                "KAFKA_LINGER_MS", "9",
                "KAFKA_SASL_JAAS_CONFIG", "login",
                "KAFKA_MAIN_CONSUMER_FETCH_MAX_BYTES", "1000",
                "KAFKA_CLIENT_RACK", ""));

    assertThat(settings.values())
        .isEqualTo(
            Map.of(
                "bootstrap.servers", "kafka:9092",
                "linger.ms", "9",
                "producer.compression.type", "zstd",
                "sasl.jaas.config", "login",
                "main.consumer.fetch.max.bytes", "1000"));
    assertThat(settings.unknown()).isEmpty();
    assertThat(settings.leftOut()).isEmpty();
  }

  @Test
  void whatOnlyLooksLikeASettingInTheEnvironmentIsLeftOutAndNamed() {
    KafkaSettings settings =
        read(
            FILE,
            Map.of(
                "KAFKA_HOME", "/opt/kafka",
                "KAFKA_HEAP_OPTS", "-Xmx1g",
                "KAFKA_PORT", "tcp://10.0.0.1:9092",
                "KAFKA_9092_TCP_ADDR", "10.0.0.1",
                "KAFKAESQUE", "yes"));

    assertThat(settings.values())
        .isEqualTo(Map.of("bootstrap.servers", "kafka:9092", "linger.ms", "7"));
    assertThat(settings.leftOut()).contains("KAFKA_HOME", "KAFKA_HEAP_OPTS", "KAFKA_PORT");
  }

  @Test
  void whatIsWrittenButUnknownIsPassedOnAndNamed() {
    KafkaSettings settings = read(with("kafka.my.interceptor.url", "x"), Map.of());

    assertThat(settings.values()).containsEntry("my.interceptor.url", "x");
    assertThat(settings.unknown()).containsExactly("kafka.my.interceptor.url");
  }

  @Test
  void theGroupThatQuarkusAddsIsNobodysSetting() {
    assertThat(read(FILE, Map.of()).values()).doesNotContainKey("group.id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "group.id",
        "group.instance.id",
        "consumer.group.id",
        "transactional.id",
        "application.id",
        "processing.guarantee",
        "isolation.level",
        "enable.idempotence",
        "key.deserializer"
      })
  void whatCorrectnessDependsOnIsRefusedByItsKey(String key) {
    String variable = "KAFKA_" + key.replace('.', '_').toUpperCase(java.util.Locale.ROOT);
    Map<String, String> written = read(with("kafka." + key, "mine"), Map.of()).values();
    Map<String, String> inEnvironment = read(FILE, Map.of(variable, "mine")).values();

    assertThatThrownBy(() -> check(written)).hasMessageContaining(key);
    assertThatThrownBy(() -> check(inEnvironment)).hasMessageContaining(key);
  }

  @Test
  void allThatIsWrongIsNamedAtOnce() {
    Map<String, String> values =
        read(Map.of("kafka.group.id", "g", "kafka.isolation.level", "read_uncommitted"), Map.of())
            .values();

    assertThatThrownBy(() -> check(values))
        .hasMessageContaining("group.id")
        .hasMessageContaining("isolation.level")
        .hasMessageContaining("kafka.bootstrap.servers");
  }

  @Test
  void itsTextHasNoValues() {
    assertThat(read(with("kafka.ssl.key.password", "secret-1"), Map.of()).toString())
        .contains("ssl.key.password")
        .doesNotContain("secret-1");
  }

  /** A new version of Kafka Streams may have keys that somebody must look at. */
  @Test
  void everyKeyOfKafkaStreamsIsKnown() {
    TreeSet<String> unknown = new TreeSet<>(StreamsConfig.configDef().names());
    unknown.removeIf(KafkaSettings::isKnown);
    assertThat(unknown).isEmpty();
  }

  @Test
  void everyKeyOfClientsIsKnownForEachKind() {
    assertThat(ClientSettings.isKnown("producer.linger.ms")).isTrue();
    assertThat(ClientSettings.isKnown("home")).isFalse();
  }
}
