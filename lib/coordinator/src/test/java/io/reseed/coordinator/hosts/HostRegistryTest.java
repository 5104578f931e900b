package io.reseed.coordinator.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseed.events.HostStatus;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.events.WorkPaused;
import io.reseed.events.placement.PassedOver;
import io.reseed.events.placement.Placement;
import io.reseed.events.placement.PlacementRequest;
import io.reseed.fleet.PauseScope;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import io.reseed.testkit.KafkaExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Dead hosts are not placed upon, living ones are, whatever their clocks say and whatever befell
 * the topic. Kafka's refusals are FollowedTopicTest's, in lib/kafka.
 */
class HostRegistryTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String HOST = "host-1";

  /** What is the matter with the only host. */
  enum Story {
    LONG_DEAD_AT_A_START(Duration.ZERO, false, false),
    LONG_DEAD_AT_A_START_WITH_A_CLOCK_AHEAD(Duration.ofMinutes(10), false, false),
    ALIVE(Duration.ZERO, true, false),
    ALIVE_WITH_A_CLOCK_BEHIND(Duration.ofMinutes(-10), true, false),
    ALIVE_WITH_A_CLOCK_AHEAD(Duration.ofMinutes(10), true, false),
    ALIVE_WHEN_THE_TOPIC_WAS_RECREATED(Duration.ZERO, true, true);

    private final Duration clockOff;
    private final boolean beats;
    private final boolean recreated;

    Story(Duration clockOff, boolean beats, boolean recreated) {
      this.clockOff = clockOff;
      this.beats = beats;
      this.recreated = recreated;
    }
  }

  @ParameterizedTest
  @EnumSource
  void onlyALivingHostIsPlacedUpon(Story story) throws Exception {
    EventTopics topics = new EventTopics(KAFKA.topic(story.name() + "-"), "test", "one");
    create(topics, Topic.HOST_STATUS);
    create(topics, Topic.SEEDING_ASSIGNED);
    create(topics, Topic.WORK_PAUSED);
    FollowedTopic.Source source = new FollowedTopic.Source(kafka(), topics);
    try (EventPublisher publisher = EventPublisher.open(kafka(), TIMEOUT)) {
      say(publisher, topics, story);
      try (FollowedTopic<SeedingAssigned> assignments =
              FollowedTopic.open(
                  source,
                  new FollowedTopic.Subject<>(Topic.SEEDING_ASSIGNED, SeedingAssigned.class),
                  new FollowedTopic.Listener<>() {});
          HostRegistry registry = new HostRegistry(source, assignments, HEARTBEAT_TIMEOUT)) {
        await().atMost(TIMEOUT).until(() -> registry.trouble().isEmpty());
        if (story.recreated) {
          recreate(topics);
          await().atMost(TIMEOUT).until(() -> registry.statuses().isEmpty());
        }

        if (story.beats) {
          await()
              .atMost(TIMEOUT)
              .until(
                  () -> {
                    say(publisher, topics, story);
                    return registry.place(request(), "seeding").stream()
                        .anyMatch(placement -> placement.host().isPresent());
                  });
          pauseAndResume(publisher, topics, registry);
          if (story == Story.ALIVE) {
            shareTheName(publisher, topics, registry);
          }
          return;
        }
        Placement placement = registry.place(request(), "seeding").orElseThrow();
        assertThat(placement.host()).isEmpty();
        assertThat(placement.passedOver())
            .extracting(PassedOver::reason)
            .containsExactly(PassedOver.Reason.SILENT);
      }
    }
  }

  /** By operators' word, and as long as that holds. */
  private static void pauseAndResume(
      EventPublisher publisher, EventTopics topics, HostRegistry registry) throws Exception {
    ShardName shard = request().shard();
    PauseScope host = new PauseScope(PauseScope.Kind.HOST, HOST);
    Instant now = Instant.now();
    Instant past = now.minusSeconds(60);
    for (WorkPaused pause :
        List.of(
            new WorkPaused(
                new PauseScope(PauseScope.Kind.CLUSTER, "other"), "not here", "ann", now, null),
            new WorkPaused(PauseScope.of(shard), "over", "ann", past, past.plusSeconds(1)),
            new WorkPaused(host, "new disks", "ann", now, null))) {
      publisher.publishAndWait(topics.publication(pause, now));
    }
    await()
        .atMost(TIMEOUT)
        .until(
            () -> {
              say(publisher, topics, Story.ALIVE);
              return registry.place(request(), "seeding").orElseThrow().passedOver().stream()
                  .anyMatch(passed -> passed.toString().equals(HOST + ": is paused: new disks"));
            });
    assertThat(registry.pause(shard)).as("over, or another cluster's").isEmpty();
    PauseScope cluster = new PauseScope(PauseScope.Kind.CLUSTER, shard.cluster());
    publisher.publishAndWait(
        topics.publication(new WorkPaused(cluster, "upgrade", "ann", now, null), now));
    await().atMost(TIMEOUT).until(() -> registry.pause(shard).isPresent());
    for (PauseScope scope : List.of(cluster, host)) {
      publisher.publishAndWait(
          topics.tombstone(Topic.WORK_PAUSED, scope.toString(), scope.toString()));
    }
    await().atMost(TIMEOUT).until(() -> registry.pause(shard).isEmpty());
  }

  private static void say(EventPublisher publisher, EventTopics topics, Story story)
      throws InterruptedException {
    Instant at = Instant.now().plus(story.clockOff);
    publisher.publishAndWait(topics.publication(status(HOST, at), at));
  }

  /** A second host of the name, which the compacted topic alone does not show beside the first. */
  private static void shareTheName(
      EventPublisher publisher, EventTopics topics, HostRegistry registry) {
    await()
        .atMost(TIMEOUT)
        .until(
            () -> {
              for (String address : List.of("10.0.0.9", "10.0.0.8")) {
                HostStatus said = status(HOST, address, "of-" + address);
                publisher.publishAndWait(topics.publication(said, Instant.now()));
              }
              return registry.place(request(), "seeding").orElseThrow().passedOver().stream()
                  .anyMatch(passed -> passed.reason() == PassedOver.Reason.NAME_SHARED);
            });
    assertThat(registry.namesShared()).containsExactly(HOST);
    assertThat(registry.statuses()).hasSize(2);
  }

  static HostStatus status(String host, Instant at) {
    return status(host, "10.0.0.9", null, at);
  }

  static HostStatus status(String host, String address, @Nullable String identity) {
    return status(host, address, identity, Instant.EPOCH);
  }

  private static HostStatus status(
      String host, String address, @Nullable String identity, Instant at) {
    return new HostStatus(
        host, HostStatus.Pool.REPLICA, "zone-a", address, 1L << 40, 4, List.of(), 1, at, identity);
  }

  private static PlacementRequest request() {
    return new PlacementRequest(
        new ShardName("commerce", "-80"), HostStatus.Pool.REPLICA, Set.of(), 1, Set.of());
  }

  private static Map<String, String> kafka() {
    return Map.of("bootstrap.servers", KAFKA.bootstrapServers());
  }

  private static void create(EventTopics topics, Topic topic) {
    KAFKA.broker().createTopic(topics.name(topic), 2, Map.of("cleanup.policy", "compact"));
  }

  private static void recreate(EventTopics topics) throws Exception {
    try (Admin admin = KAFKA.broker().admin()) {
      admin.deleteTopics(List.of(topics.name(Topic.HOST_STATUS))).all().get(10, TimeUnit.SECONDS);
    }
    await()
        .atMost(TIMEOUT)
        .ignoreExceptions()
        .until(
            () -> {
              create(topics, Topic.HOST_STATUS);
              return true;
            });
  }
}
