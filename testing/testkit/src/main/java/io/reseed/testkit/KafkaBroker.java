package io.reseed.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;

/**
 * A real Kafka broker, one node, without automatic topic creation, set up so that groups and
 * transactions work on one node and fast.
 *
 * <p>By default a process of its own on this machine ({@code testing/parts} holds its jars). With
 * {@code -Dreseed.kafka=testcontainers} a container instead, which needs a container engine.
 *
 * <p>Not safe for use by several threads, except {@link #bootstrapServers}.
 */
public sealed interface KafkaBroker extends AutoCloseable
    permits KafkaBrokerProcess, KafkaBrokerContainer {
  /** The longest that any method here waits for the broker to do something. */
  Duration TIMEOUT = Duration.ofSeconds(60);

  /**
   * Starts a broker and waits until it serves.
   *
   * @param folder gets its data and its log; data that is there already is used
   */
  static KafkaBroker start(Path folder) {
    return start(folder, Map.of());
  }

  /**
   * Starts a broker and waits until it serves.
   *
   * @param overrides broker settings that replace the test settings
   */
  static KafkaBroker start(Path folder, Map<String, String> overrides) {
    String kind = System.getProperty("reseed.kafka", "process");
    return switch (kind) {
      case "process" -> KafkaBrokerProcess.start(folder, overrides);
      case "testcontainers" -> KafkaBrokerContainer.start(overrides);
      default ->
          throw new IllegalArgumentException(
              "System property reseed.kafka is '%s': use 'process' (the default) or 'testcontainers'"
                  .formatted(kind));
    };
  }

  /**
   * Starts a broker that serves nobody in the open, and waits until it serves: clients come over
   * SASL_SSL and with the password of a user. Always a process of its own.
   *
   * @param folder gets its data, keys and passwords; what is there already is used
   * @param users who can log in, beside {@link KafkaSecurity#ADMIN}
   * @param overrides broker settings that replace the test settings
   */
  static KafkaBroker startSecured(
      Path folder, Collection<String> users, Map<String, String> overrides) {
    return KafkaBrokerProcess.startSecured(folder, users, overrides);
  }

  /** Host and port for clients; the same after {@link #restart}. */
  String bootstrapServers();

  /**
   * How a secured broker knows its clients.
   *
   * @throws IllegalStateException when it serves everybody in the open
   */
  KafkaSecurity security();

  /** All that a client needs to connect, with every right where rights are looked at. */
  default Map<String, String> clientSettings() {
    return Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
  }

  /** Stops it when it runs and starts it again on the same port with the same data. */
  void restart();

  /** SIGKILL; {@link #restart} brings it back with what it had written. */
  void kill();

  /** Stops it in an orderly way, within bounded time; harmless when it does not run. */
  void stop();

  /**
   * Lets it live on when this JVM ends, and says by which process id to end it then.
   *
   * @throws IllegalStateException when it does not run, or runs in a container
   */
  long release();

  /** Stops it, see {@link #stop}. */
  @Override
  default void close() {
    stop();
  }

  /** Creates a topic and waits until every partition has a leader. Fails when it exists. */
  default void createTopic(String name, int partitions, Map<String, String> config) {
    createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(config)));
  }

  /** Creates topics and waits until every partition has a leader. Fails when one exists. */
  default void createTopics(Collection<NewTopic> topics) {
    List<String> names = topics.stream().map(NewTopic::name).toList();
    try (Admin admin = admin()) {
      Patience.await("a broker for " + names, TIMEOUT, () -> create(admin, topics, names));
      Patience.await("leaders of " + names, TIMEOUT, () -> haveLeaders(admin, names));
    }
  }

  /** A new admin client; the caller closes it. */
  default Admin admin() {
    return Admin.create(new HashMap<>(clientSettings()));
  }

  /** False when there was no broker to place them on. */
  private static boolean create(Admin admin, Collection<NewTopic> topics, List<String> names) {
    try {
      admin.createTopics(topics).all().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      if (e.getCause() instanceof InvalidReplicationFactorException) {
        // its own controller holds the one broker for dead after a stall on a machine under load,
        // until its next heartbeat
        return false;
      }
      throw new IllegalStateException("Cannot create topics " + names + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while creating topics " + names, e);
    }
  }

  private static boolean haveLeaders(Admin admin, List<String> names) {
    try {
      return admin
          .describeTopics(names)
          .allTopicNames()
          .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
          .values()
          .stream()
          .flatMap(topic -> topic.partitions().stream())
          .allMatch(partition -> partition.leader() != null);
    } catch (ExecutionException | TimeoutException e) {
      return false; // not known everywhere yet: asked again until the time is up
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while looking for leaders of " + names, e);
    }
  }
}
