package io.reseed.demo;

import io.reseed.demo.FailoverTool.Failover;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** The two ways in which an outsider tells about a failover, without any of Reseed's libraries. */
final class Announcers {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String TYPE = "io.reseed.primary-failed.v1";
  private static final String SOURCE = "/demo/topology-manager";

  private Announcers() {}

  /** A record on the topic, as a CloudEvent in binary mode. */
  static FailoverTool.Announcer byKafka(String bootstrapServers) {
    return failover -> {
      Map<String, Object> settings =
          Map.of(
              ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
              ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000,
              ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
              ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
      ProducerRecord<String, String> record =
          new ProducerRecord<>("primary-failed", failover.shard().toString(), document(failover));
      header(record, "ce_specversion", "1.0");
      header(record, "ce_id", UUID.randomUUID().toString());
      header(record, "ce_source", SOURCE);
      header(record, "ce_type", TYPE);
      header(record, "content-type", "application/json");
      try (KafkaProducer<String, String> producer =
          new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
        producer.send(record).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new IllegalStateException("primary-failed was not acknowledged", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while publishing", e);
      }
    };
  }

  private static void header(ProducerRecord<String, String> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A POST to the detector, as a shell hook does it with curl. */
  static FailoverTool.Announcer byHttp(URI detector, String token) {
    return failover -> {
      HttpRequest request =
          HttpRequest.newBuilder(detector.resolve("/events"))
              .timeout(TIMEOUT)
              .header("ce-specversion", "1.0")
              .header("ce-id", UUID.randomUUID().toString())
              .header("ce-source", SOURCE)
              .header("ce-type", TYPE)
              .header("content-type", "application/json")
              .header("authorization", "Bearer " + token)
              .POST(HttpRequest.BodyPublishers.ofString(document(failover)))
              .build();
      try (HttpClient client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1) // an upgrade on the way may hang
              .connectTimeout(TIMEOUT)
              .build()) {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 202) {
          throw new IllegalStateException(
              "the detector answered " + response.statusCode() + ": " + response.body());
        }
      } catch (IOException e) {
        throw new IllegalStateException("the detector was not reached at " + detector, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while publishing", e);
      }
    };
  }

  private static String document(Failover failover) {
    return """
        {"shard":"%s","failed":"%s","promoted":"%s","reason":"it did not answer twice",\
        "occurredAt":"%s","publisher":"demo-topology-manager"}"""
        .formatted(failover.shard(), failover.failed(), failover.promoted(), failover.at());
  }
}
