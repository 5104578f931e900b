package io.reseed.failover;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.reseed.events.Topic;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.trust.ServerTrust;
import io.reseed.testkit.KafkaBroker;
import io.reseed.testkit.S3Front;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/** A real Kafka and S3 for the service inside Quarkus. */
public final class RealParts implements QuarkusTestResourceLifecycleManager {
  /** With what events may be sent over HTTP. */
  static final String TOKEN = "a-token-of-the-tests";

  private @Nullable Path folder;
  private @Nullable KafkaBroker broker;
  private @Nullable S3Front front;

  @Override
  public Map<String, String> start() {
    try {
      folder = Files.createTempDirectory("reseed-detector");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    KafkaBroker startedBroker = KafkaBroker.start(folder.resolve("kafka"));
    broker = startedBroker;
    startedBroker.createTopics(
        Stream.of(Topic.values())
            .map(topic -> new NewTopic(topic.baseName(), 2, (short) 1))
            .toList());
    S3Front startedFront = S3Front.start(folder.resolve("s3"));
    front = startedFront;
    startedFront.createBucket("backups");
    Map<String, String> values =
        new HashMap<>(
            new TestConfig()
                .kafka(startedBroker.bootstrapServers(), "", folder.resolve("state"))
                .store(startedFront, "backups")
                .observer(
                    new Credentials(
                        "nobody", "nothing", ServerTrust.trustedNetwork(List.of("127.0.0.0/8"))))
                .values());
    values.remove("reseed.kafka.topic-prefix");
    values.put("quarkus.http.test-port", "0");
    values.put("reseed.http.token-file", tokenFile(folder).toString());
    // the build's own property lies under the service's prefix, where unknown keys are errors; who
    // looks for the repository from now on finds it by its files
    System.clearProperty("reseed.root");
    return values;
  }

  private static Path tokenFile(Path folder) {
    try {
      return Files.writeString(
          folder.resolve("tokens"), "another-token-of-somebody\n" + TOKEN + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (front != null) {
      front.stop();
    }
    if (broker != null) {
      broker.stop();
    }
    if (folder != null) {
      delete(folder);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
