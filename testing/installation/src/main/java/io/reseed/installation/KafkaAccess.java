package io.reseed.installation;

import io.reseed.testkit.KafkaBroker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * The Kafka of an installation, and how its programs reach it.
 *
 * @param broker which runs; it ends with the installation
 * @param clientSettings what every client needs beside the broker's address, e.g. of security, by
 *     its Kafka name
 */
public record KafkaAccess(KafkaBroker broker, Map<String, String> clientSettings) {
  public KafkaAccess {
    clientSettings = Map.copyOf(clientSettings);
  }

  /** Starts a broker that asks for nothing. */
  public static KafkaAccess plain(Path folder) {
    return new KafkaAccess(KafkaBroker.start(folder), Map.of());
  }

  /** All that a client needs to know, by its Kafka name. */
  Map<String, String> client() {
    Map<String, String> client = new HashMap<>(clientSettings);
    client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    return client;
  }
}
