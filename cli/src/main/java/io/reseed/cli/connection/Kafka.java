package io.reseed.cli.connection;

import io.reseed.cli.invocation.CliException;
import io.reseed.events.Topic;
import io.reseed.kafka.ClientSettings;
import io.reseed.kafka.ClientSettings.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Clients of the configured cluster, and its failures in words. Clients are made by the caller's
 * thread and closed by it.
 *
 * @param timeout the longest that a whole command may take
 */
public record Kafka(CliConfig config, Duration timeout) {
  private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(1);

  String topicPrefix() {
    return Objects.requireNonNullElse(config.topicPrefix(), "");
  }

  String nameOf(Topic topic) {
    return topic.name(topicPrefix());
  }

  public Admin admin(Duration limit) {
    Map<String, Object> settings = settings(Kind.ADMIN);
    settings.put("default.api.timeout.ms", millis(limit));
    settings.put("request.timeout.ms", millis(limit));
    return Admin.create(settings);
  }

  /** Reads committed records only, without a consumer group. */
  KafkaConsumer<String, byte[]> consumer() {
    Map<String, Object> settings = settings(Kind.CONSUMER);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    settings.put("allow.auto.create.topics", "false");
    settings.put("default.api.timeout.ms", millis(timeout));
    settings.put("request.timeout.ms", millis(timeout));
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** Every record is acknowledged by all in-sync replicas, or fails within {@code limit}. */
  KafkaProducer<String, byte[]> producer(Duration limit) {
    Map<String, Object> settings = settings(Kind.PRODUCER);
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("linger.ms", "0");
    settings.put("max.block.ms", millis(limit));
    settings.put("delivery.timeout.ms", millis(limit));
    settings.put("request.timeout.ms", millis(limit));
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * Runs {@code work}, and gives up on it after the timeout whatever it waits for: also a name
   * server that does not answer must not hold up an orchestrator's hook.
   *
   * @throws CliException that says what happened and what to do
   */
  public <T> T within(String what, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread worker = Thread.ofVirtual().name("reseed-work").start(task);
    try {
      return task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw explain(what, Objects.requireNonNull(failed.getCause()));
    } catch (TimeoutException late) {
      task.cancel(true);
      awaitEnd(worker);
      throw unreachable(what);
    } catch (InterruptedException interrupted) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw CliException.failed("interrupted: could not " + what, "try again");
    }
  }

  /** Clients are for one thread at a time: the caller must not close one that is in use. */
  private static void awaitEnd(Thread worker) {
    try {
      worker.join(CANCEL_TIMEOUT);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The failure of a Kafka client in words. */
  public CliException explain(String what, Throwable problem) {
    if (problem instanceof CliException known) {
      return known;
    }
    if (problem instanceof ExecutionException && problem.getCause() != null) {
      return explain(what, problem.getCause());
    }
    return switch (problem) {
      case AuthenticationException denied ->
          CliException.failed(
              "could not %s: Kafka at %s does not know us: %s"
                  .formatted(what, config.bootstrapServers(), denied.getMessage()),
              "set kafka.security.protocol, kafka.sasl.… in the configuration file");
      case AuthorizationException denied ->
          CliException.failed(
              "could not %s: Kafka at %s does not permit it: %s"
                  .formatted(what, config.bootstrapServers(), denied.getMessage()),
              "have the rights granted to this user");
      case UnknownTopicOrPartitionException missing -> noTopic(what, "a topic");
      case org.apache.kafka.common.errors.TimeoutException late -> unreachable(what);
      default ->
          CliException.failed(
              "could not %s at %s: %s".formatted(what, config.bootstrapServers(), root(problem)),
              "see whether the address is right and the broker runs");
    };
  }

  CliException noTopic(String what, String topic) {
    return CliException.failed(
        "could not %s: %s does not exist at %s under the prefix '%s'"
            .formatted(what, topic, config.bootstrapServers(), topicPrefix()),
        "create the topics with 'reseed topics apply', or give the right --topic-prefix");
  }

  CliException unreachable(String what) {
    return CliException.failed(
        "could not %s: Kafka at %s did not answer within %d s"
            .formatted(what, config.bootstrapServers(), timeout.toSeconds()),
        "see whether the address is right and the broker runs, or give a longer --timeout");
  }

  private static String root(Throwable problem) {
    Throwable root = problem;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  private Map<String, Object> settings(Kind kind) {
    Map<String, Object> settings = ClientSettings.of(config.kafka(), kind);
    settings.put("bootstrap.servers", config.bootstrapServers());
    settings.put("client.id", "reseed-cli");
    settings.put("enable.metrics.push", "false");
    return settings;
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
