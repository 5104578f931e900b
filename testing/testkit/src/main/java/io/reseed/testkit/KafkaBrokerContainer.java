package io.reseed.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Kafka in a container, for machines with a container engine that can pull images.
 *
 * <p>Not run by this project's own checks, because the machines that they run on cannot pull
 * images: only its refusal without an engine is tested. The image is {@code apache/kafka:4.2.1}
 * unless the system property {@code reseed.kafka.image} names another.
 */
final class KafkaBrokerContainer implements KafkaBroker {
  private static final int KAFKA_PORT = 9092;

  private final KafkaContainer container;

  private KafkaBrokerContainer(KafkaContainer container) {
    this.container = container;
  }

  static KafkaBrokerContainer start(Map<String, String> overrides) {
    requireEngine();
    String image = System.getProperty("reseed.kafka.image", "apache/kafka:4.2.1");
    KafkaContainer container =
        new KafkaContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka"));
    KafkaSettings.singleNode().forEach((key, value) -> container.addEnv(variable(key), value));
    overrides.forEach((key, value) -> container.addEnv(variable(key), value));
    // A fixed host port, because an engine may choose another one when the container starts again.
    container.setPortBindings(
        List.of("127.0.0.1:%d:%d".formatted(FreePort.onLoopback(), KAFKA_PORT)));
    container.start();
    return new KafkaBrokerContainer(container);
  }

  @Override
  public String bootstrapServers() {
    return container.getBootstrapServers();
  }

  @Override
  public KafkaSecurity security() {
    throw new IllegalStateException(
        "Kafka in a container is open to everybody: start it with startSecured.");
  }

  @Override
  public void restart() {
    container
        .getDockerClient()
        .restartContainerCmd(container.getContainerId())
        .withTimeout(Math.toIntExact(TIMEOUT.toSeconds()))
        .exec();
    Patience.await("Kafka's port", TIMEOUT, this::accepts);
  }

  @Override
  public void kill() {
    container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void stop() {
    container.stop();
  }

  @Override
  public long release() {
    throw new IllegalStateException(
        "Testcontainers ends its containers with this JVM: leave out -Dreseed.kafka.");
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(container.getHost(), container.getMappedPort(KAFKA_PORT)), 500);
      return true;
    } catch (IOException e) {
      return false; // not up yet: the caller polls
    }
  }

  private static void requireEngine() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new IllegalStateException(
          "reseed.kafka=testcontainers needs a container engine, and none answers: start one, or"
              + " leave the property out to run Kafka as a plain process.");
    }
  }

  /** The image takes broker settings as variables: upper case, {@code _} for a dot. */
  private static String variable(String setting) {
    return "KAFKA_" + setting.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
