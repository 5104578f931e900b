package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseed.events.HostStatus;
import io.reseed.events.HostStatus.HeldServer;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.Topic;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import io.reseed.testkit.KafkaExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class HostFolderTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  private static final String ADDRESS = "127.0.0.1";
  private static FollowedTopic.Source source;

  @TempDir Path folder;

  @BeforeAll
  static void heartbeats() throws InterruptedException {
    KAFKA.createTopic(Topic.HOST_STATUS.baseName(), 2);
    EventTopics topics = new EventTopics(KAFKA.prefix(), "test", "test");
    Map<String, String> kafka = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    source = new FollowedTopic.Source(kafka, topics);
    HeldServer held =
        new HeldServer(ShardName.parse("commerce/0"), "replica-1", 1, HeldState.KEPT, null);
    try (EventPublisher publisher = EventPublisher.open(kafka, Duration.ofSeconds(10))) {
      for (HostStatus status :
          List.of(
              status("empty", ADDRESS, List.of()),
              status("full", ADDRESS, List.of(held)),
              status("elsewhere", "127.0.0.2", List.of()))) {
        publisher.publishAndWait(topics.publication(status, Instant.now()));
      }
    }
  }

  private static HostStatus status(String name, String address, List<HeldServer> servers) {
    return new HostStatus(
        name, HostStatus.Pool.REPLICA, "z", address, 1, 4, servers, 1, Instant.now());
  }

  private HostFolder folderOf(String name) {
    return new HostFolder(
        new HostProfile(
            name,
            HostStatus.Pool.REPLICA,
            "z",
            ADDRESS,
            4000,
            4010,
            folder,
            4,
            0,
            64,
            new HostMemory(64)));
  }

  private boolean isTaken() {
    return Files.exists(folder.resolve(HostFolder.IDENTITY));
  }

  @Test
  void aNewHostAndOneThatHeldNothingTakeAnEmptyFolder() throws Exception {
    folderOf("unheard-of").take(source);
    assertThat(isTaken()).isTrue();
    Files.delete(folder.resolve(HostFolder.IDENTITY));
    folderOf("empty").take(source);
    assertThat(isTaken()).isTrue();
  }

  @Test
  void anEmptyFolderInPlaceOfAFullOneIsRefusedUntilItIsAccepted() throws Exception {
    assertThatThrownBy(() -> folderOf("full").take(source))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("host full held 1 servers at 127.0.0.1");
    assertThat(isTaken()).isFalse();

    Files.createFile(folder.resolve(HostFolder.ACCEPTED));
    folderOf("full").take(source);
    assertThat(isTaken()).isTrue();
    assertThat(folder.resolve(HostFolder.ACCEPTED)).doesNotExist();
    folderOf("full").take(source);
  }

  @Test
  void aSecondHostOfANameAtAnotherAddressIsRefused() {
    assertThatThrownBy(() -> folderOf("elsewhere").take(source))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("127.0.0.2");
  }

  @Test
  void aFolderOfAnEarlierReleaseIsKnownByItsJobs() throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("jobs").resolve("replica-1@1"));

    folderOf("full").take(source);

    assertThat(isTaken()).isTrue();
  }
}
