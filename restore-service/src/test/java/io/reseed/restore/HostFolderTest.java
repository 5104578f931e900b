package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseed.agent.HostIdentity;
import io.reseed.events.HostStatus;
import io.reseed.events.HostStatus.HeldServer;
import io.reseed.events.HostStatus.HeldState;
import io.reseed.events.ShardStatus;
import io.reseed.events.Topic;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import io.reseed.restore.MemberPorts.Answer.Known;
import io.reseed.testkit.KafkaExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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
        name, HostStatus.Pool.REPLICA, "z", address, 1, 4, servers, 1, Instant.now(), null);
  }

  private HostFolder folderOf(String name) {
    return new HostFolder(profile(name));
  }

  private HostProfile profile(String name) {
    return new HostProfile(
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
        new HostMemory(64));
  }

  private boolean isTaken() {
    return Files.exists(new HostIdentity(folder).file());
  }

  @Test
  void aNewHostAndOneThatHeldNothingTakeAnEmptyFolder() throws Exception {
    String identity = folderOf("unheard-of").take(source).knownOrMade();
    assertThat(isTaken()).isTrue();
    assertThat(folderOf("unheard-of").take(source).knownOrMade()).isEqualTo(identity);
    Files.delete(new HostIdentity(folder).file());
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

  /** As a host with an empty folder sees them, whose disk is not mounted. */
  @Test
  void portsOfMembersHereAreKnownFromTheShardsStatuses() throws Exception {
    KAFKA.createTopic(Topic.SHARD_STATUS.baseName(), 2);
    Map<String, String> kafka = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    try (EventPublisher publisher = EventPublisher.open(kafka, Duration.ofSeconds(10))) {
      for (ShardStatus status :
          List.of(
              status("commerce/0", "127.0.0.1:4001", "db-9:4002"),
              status("commerce/1", "HOST-1:4003", "127.0.0.2:4004"))) {
        publisher.publishAndWait(source.topics().publication(status, Instant.now()));
      }
    }
    try (MemberPorts members = new MemberPorts(source, profile("host-1"))) {
      await().atMost(Duration.ofSeconds(30)).until(() -> members.ask() instanceof Known);
      assertThat(members.ask())
          .isEqualTo(new Known(Map.of("commerce/0", Set.of(4001), "commerce/1", Set.of(4003))));
    }
  }

  private static ShardStatus status(String shard, String... servers) {
    return new ShardStatus(
        ShardName.parse(shard),
        ShardStatus.Condition.REPAIRING,
        "a server does not answer",
        null,
        null,
        1,
        Stream.of(servers)
            .map(
                server ->
                    new ShardStatus.Member(
                        ServerAddress.parse(server),
                        ShardStatus.Role.REPLICA,
                        ShardStatus.Health.UNREACHABLE,
                        null,
                        null,
                        null,
                        null))
            .toList(),
        List.of(),
        Instant.now());
  }

  @Test
  void aFolderOfAnEarlierReleaseIsKnownByItsJobs() throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("jobs").resolve("replica-1@1"));

    folderOf("full").take(source);

    assertThat(isTaken()).isTrue();
  }
}
