package io.reseed.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseed.agent.Parcel.State;
import io.reseed.agent.SmallestAgent.Step;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.FollowedTopic;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The smallest possible agent on a real broker, killed, and with its topic taken away. */
class AgentLoopTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String HOST = "h1";
  private static final JobFiles.Kind<Parcel> KIND = new JobFiles.Kind<>(Parcel.class, 1);
  private static int tests;

  @TempDir private Path directory;
  @TempDir private Path places;
  private EventTopics topics;
  private EventPublisher publisher;

  @BeforeEach
  void prepare(TestInfo test) {
    tests++;
    topics = new EventTopics(KAFKA.topic(tests + "-"), "test", "one");
    publisher = EventPublisher.open(kafka(), Duration.ofSeconds(20));
    create(topics.name(Topic.SEEDING_ASSIGNED));
    KAFKA.broker().createTopic(topics.name(Topic.BACKUP_RESTORED), 1, Map.of());
    KAFKA.broker().createTopic(topics.name(Topic.SEEDING_PROGRESS), 1, Map.of());
  }

  @AfterEach
  void close() {
    publisher.close();
  }

  private static Map<String, String> kafka() {
    return Map.of("bootstrap.servers", KAFKA.bootstrapServers());
  }

  private static void create(String topic) {
    KAFKA.broker().createTopic(topic, 2, Map.of("cleanup.policy", "compact"));
  }

  /** An agent, and the lock of its directory. */
  private record Running(
      JobFiles<Parcel> files, AgentLoop<SeedingAssigned, Parcel, Step, Step> loop)
      implements AutoCloseable {
    AgentSnapshot<SeedingAssigned, Parcel> snapshot() {
      return loop.snapshot();
    }

    @Override
    public void close() {
      loop.close();
      files.close();
    }
  }

  private Running start(CountDownLatch gate) {
    JobFiles<Parcel> files = JobFiles.open(directory, KIND);
    AgentLoop<SeedingAssigned, Parcel, Step, Step> loop =
        new AgentLoop<>(
            new AgentLoop.Source<>(
                new FollowedTopic.Source(kafka(), topics),
                new FollowedTopic.Subject<>(Topic.SEEDING_ASSIGNED, SeedingAssigned.class),
                HOST,
                new HostIdentity(directory)),
            new AgentLoop.Parts<>(
                files,
                new SmallestAgent.Machine(),
                new SmallestAgent.Acts(places, gate),
                new Reporter(topics, publisher, InstantSource.system()),
                InstantSource.system()),
            Duration.ofMillis(300),
            () -> {});
    loop.start();
    return new Running(files, loop);
  }

  private static CountDownLatch open() {
    return new CountDownLatch(0);
  }

  private void assign(String seeding) throws InterruptedException {
    publisher.publishAndWait(
        topics.publication(SmallestAgent.assignment(seeding, 1, HOST), Instant.now()));
  }

  private void withdraw(String seeding) throws InterruptedException {
    String shard = SmallestAgent.assignment(seeding, 1, HOST).partitionKey();
    publisher.publishAndWait(topics.tombstone(Topic.SEEDING_ASSIGNED, seeding, shard));
  }

  private String content(String seeding) throws IOException {
    Path place = places.resolve(seeding + ".1");
    return Files.exists(place) ? Files.readString(place) : "";
  }

  private void awaitDone(String seeding) {
    await().atMost(TIMEOUT).until(() -> content(seeding).equals("done"));
  }

  private void awaitRecord(Topic topic) {
    try (KafkaRecords records = KafkaRecords.of(KAFKA.bootstrapServers(), topics.name(topic))) {
      records.awaitRecord(topics.name(topic), _ -> true, TIMEOUT);
    }
  }

  @Test
  void worksTowardsAnAssignmentAlthoughItIsKilledInTheMiddleAndEndsWithIt() throws Exception {
    assign("one");
    try (Running first = start(new CountDownLatch(1))) {
      await().atMost(TIMEOUT).until(() -> content("one").equals("begun"));
      awaitRecord(Topic.SEEDING_PROGRESS);
      assertThat(first.snapshot().working()).containsKey(new JobId("one", 1));
    }
    assertThat(content("one")).isEqualTo("begun");
    try (Running second = start(open())) {
      awaitDone("one");
      awaitRecord(Topic.BACKUP_RESTORED);
      assertThat(second.snapshot().jobs())
          .containsExactly(new Parcel(new JobId("one", 1), State.CARRIED));
      withdraw("one");
      await().atMost(TIMEOUT).until(() -> second.snapshot().jobs().isEmpty());
      assertThat(content("one")).isEmpty();
    }
  }

  @Test
  void whatIsAssignedToAnotherHostOfTheNameIsLeftAloneAndSaid() throws Exception {
    String ours = new HostIdentity(directory).knownOrMade();
    publisher.publishAndWait(
        topics.publication(
            SmallestAgent.assignment("foreign", 1, HOST, "a-namesake"), Instant.now()));
    publisher.publishAndWait(
        topics.publication(SmallestAgent.assignment("own", 1, HOST, ours), Instant.now()));
    try (Running agent = start(open())) {
      awaitDone("own");
      await()
          .atMost(TIMEOUT)
          .untilAsserted(
              () ->
                  assertThat(agent.snapshot().namesakes())
                      .containsExactly(new JobId("foreign", 1)));
      assertThat(agent.snapshot().jobs())
          .containsExactly(new Parcel(new JobId("own", 1), State.CARRIED));
      assertThat(new HostIdentity(directory).knownOrMade()).isEqualTo(ours);
    }
  }

  /** As when a native library cannot be loaded. */
  @Test
  void aStepThatAnErrorEndsIsNotTakenForOneThatGoesOn() throws Exception {
    assign("one");
    CountDownLatch failsOnce =
        new CountDownLatch(0) {
          private boolean hasFailed;

          @Override
          public synchronized void await() {
            if (!hasFailed) {
              hasFailed = true;
              throw new UnsatisfiedLinkError("failed to map segment from shared object");
            }
          }
        };
    try (Running _ = start(failsOnce)) {
      awaitDone("one");
    }
  }

  @Test
  void stopsWhatIsUnderWayOnceNobodyWantsItAndRemovesIt() throws Exception {
    assign("one");
    try (Running agent = start(new CountDownLatch(1))) {
      await().atMost(TIMEOUT).until(() -> content("one").equals("begun"));
      withdraw("one");
      await().atMost(TIMEOUT).until(() -> agent.snapshot().jobs().isEmpty());
      assertThat(content("one")).isEmpty();
    }
  }

  /** How a topic is lost. */
  enum Loss {
    RECREATED,
    EMPTIED,
    RECREATED_WHILE_OFF,
    EMPTIED_WHILE_OFF;

    boolean isWhileOff() {
      return this == RECREATED_WHILE_OFF || this == EMPTIED_WHILE_OFF;
    }
  }

  private void lose(Loss loss) throws Exception {
    switch (loss) {
      case RECREATED, RECREATED_WHILE_OFF -> recreate();
      case EMPTIED, EMPTIED_WHILE_OFF -> empty();
    }
  }

  /**
   * What a topic that was lost says is believed, what it does not mention is not concluded from,
   * over restarts, until it is said again or accepted by hand; and new work goes on.
   */
  @ParameterizedTest
  @EnumSource(names = {"RECREATED", "EMPTIED_WHILE_OFF"})
  void keepsWhatALostTopicDoesNotMentionAndGoesOn(Loss loss) throws Exception {
    assertKeptAndGoesOn(loss);
  }

  @ParameterizedTest
  @EnumSource(names = {"EMPTIED", "RECREATED_WHILE_OFF"})
  @Tag("long")
  void keepsWhatATopicDoesNotMentionHoweverItWasLost(Loss loss) throws Exception {
    assertKeptAndGoesOn(loss);
  }

  private void assertKeptAndGoesOn(Loss loss) throws Exception {
    List<String> seedings = List.of("again", "ended", "accepted");
    Running agent = start(open());
    try {
      for (String seeding : seedings) {
        assign(seeding);
        awaitDone(seeding);
      }
      await().atMost(TIMEOUT).until(() -> Files.exists(mark()));
      if (loss.isWhileOff()) {
        agent.close();
      }
      lose(loss);
      if (loss.isWhileOff()) {
        agent = start(open());
      }
      awaitUnclaimed(agent, "again", "ended", "accepted");
      assign("new");
      awaitDone("new");

      assign("again");
      awaitUnclaimed(agent, "ended", "accepted");
      withdraw("ended");
      awaitUnclaimed(agent, "accepted");
      await().atMost(TIMEOUT).until(() -> content("ended").isEmpty());

      agent.close();
      agent = start(open());
      awaitUnclaimed(agent, "accepted");
      assertThat(content("accepted")).isEqualTo("done");
      assertThat(content("again")).isEqualTo("done");

      Files.delete(mark());
      awaitUnclaimed(agent);
      await().atMost(TIMEOUT).until(() -> content("accepted").isEmpty());
      assertThat(content("again")).isEqualTo("done");
      assertThat(content("new")).isEqualTo("done");
    } finally {
      agent.close();
    }
  }

  private Path mark() {
    return directory.resolve("seeding-topic.json");
  }

  private static void awaitUnclaimed(Running agent, String... seedings) {
    List<JobId> jobs = List.of(seedings).stream().map(name -> new JobId(name, 1)).toList();
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              assertThat(agent.snapshot().idleReason()).isEmpty();
              assertThat(agent.snapshot().unclaimed()).containsExactlyInAnyOrderElementsOf(jobs);
            });
  }

  private void recreate() throws Exception {
    String topic = topics.name(Topic.SEEDING_ASSIGNED);
    try (Admin admin = KAFKA.broker().admin()) {
      admin.deleteTopics(List.of(topic)).all().get(10, TimeUnit.SECONDS);
    }
    await()
        .atMost(TIMEOUT)
        .ignoreExceptions()
        .until(
            () -> {
              create(topic);
              return true;
            });
  }

  private void empty() throws Exception {
    String topic = topics.name(Topic.SEEDING_ASSIGNED);
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var policy =
        new AlterConfigOp(
            new ConfigEntry("cleanup.policy", "compact,delete"), AlterConfigOp.OpType.SET);
    try (Admin admin = KAFKA.broker().admin()) {
      admin
          .incrementalAlterConfigs(Map.of(resource, List.of(policy)))
          .all()
          .get(10, TimeUnit.SECONDS);
      for (int partition = 0; partition < 2; partition++) {
        var place = new TopicPartition(topic, partition);
        admin
            .deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(-1)))
            .all()
            .get(10, TimeUnit.SECONDS);
      }
    }
  }
}
