package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseed.coordinator.ToyMachine.Input;
import io.reseed.coordinator.ToyMachine.Toy;
import io.reseed.coordinator.ToyMachine.Work;
import io.reseed.kafka.BrokerRefusal.Reason;
import io.reseed.kafka.BrokerRefusedException;
import io.reseed.kafka.CompactedView;
import io.reseed.kafka.EventPublisher;
import io.reseed.kafka.Publication;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.KafkaSecurity;
import io.reseed.testkit.Launch;
import io.reseed.testkit.OsProcess;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every use of Kafka makes of a broker that refuses it. */
class SecuredBrokerTest {
  static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Far from the minute that is waited for topics and from what a publication may take. */
  private static final Duration AT_ONCE = Duration.ofSeconds(40);

  /** A start of a JVM and of Kafka Streams, beside other builds. */
  private static final Duration PROCESS = Duration.ofMinutes(3);

  private static final String USER = "toy";
  private static final String GUESSED = "guessed-password";

  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.secured(USER);

  @TempDir Path folder;

  /** How a connection is refused. */
  enum Refused {
    PASSWORD(Reason.LOGIN, "refused the password of user toy"),
    HOST_NAME(Reason.CERTIFICATE, "is not trusted or not for this host name"),
    AUTHORITY(Reason.CERTIFICATE, "is not trusted or not for this host name");

    private final Reason reason;
    private final String text;

    Refused(Reason reason, String text) {
      this.reason = reason;
      this.text = text;
    }

    Map<String, String> kafka() {
      KafkaSecurity security = KAFKA.broker().security();
      Map<String, String> kafka = new HashMap<>(security.clientSettings(USER));
      switch (this) {
        case PASSWORD -> kafka.putAll(security.clientSettings(USER, GUESSED));
        case HOST_NAME -> kafka.put("bootstrap.servers", security.misnamedBootstrapServers());
        case AUTHORITY -> {
          kafka.remove("ssl.truststore.type");
          kafka.remove("ssl.truststore.location");
        }
      }
      return kafka;
    }
  }

  private static ToyService toyWithTopics(String name) {
    ToyService toy = new ToyService(KAFKA.topic(name + "-"));
    toy.topics().forEach(topic -> KAFKA.broker().createTopic(topic, 1, Map.of()));
    return toy;
  }

  private static Map<String, String> kafka() {
    return KAFKA.broker().security().clientSettings(USER);
  }

  @ParameterizedTest
  @EnumSource
  void aRuntimeDoesNotStart(Refused refused) {
    RuntimeConfig config = RuntimeConfig.of(refused.kafka(), folder);
    ToyService toy = new ToyService(KAFKA.topic("none-"));
    long startedAtNanos = System.nanoTime();
    assertThatThrownBy(() -> ShardRuntime.start(toy.with(new Answers()), config))
        .satisfies(thrown -> assertNamed(thrown, refused));
    assertAtOnce(startedAtNanos);
  }

  @ParameterizedTest
  @EnumSource
  void aPublicationFails(Refused refused) {
    long startedAtNanos = System.nanoTime();
    try (EventPublisher publisher = EventPublisher.open(refused.kafka(), TIMEOUT)) {
      assertThatThrownBy(
              () -> publisher.publishAndWait(Publication.tombstone("any", "key", Map.of())))
          .satisfies(thrown -> assertNamed(thrown, refused));
    }
    assertAtOnce(startedAtNanos);
  }

  @ParameterizedTest
  @EnumSource
  void aViewIsLost(Refused refused) {
    long startedAtNanos = System.nanoTime();
    try (CompactedView<String> view = view(refused.kafka(), "any")) {
      assertThatThrownBy(() -> view.awaitCaughtUp(TIMEOUT)).hasMessageContaining(refused.text);
      assertThat(view.lostReason().orElseThrow()).contains(refused.text).doesNotContain(GUESSED);
    }
    assertAtOnce(startedAtNanos);
  }

  @Test
  void aTopicThatMayNotBeUsedIsNamedByAll() throws Exception {
    ToyService toy = toyWithTopics("topic");
    onlyAdminUses(exactly(ResourceType.TOPIC, toy.notes()));
    onlyAdminUses(exactly(ResourceType.TOPIC, toy.outcomes()));
    String mayNot = "user toy may not ";

    assertThatThrownBy(
            () -> ShardRuntime.start(toy.with(new Answers()), RuntimeConfig.of(kafka(), folder)))
        .isInstanceOf(BrokerRefusedException.class)
        .message()
        .containsAnyOf(
            mayNot + "READ topic " + toy.notes(), mayNot + "WRITE topic " + toy.outcomes());
    try (EventPublisher publisher = EventPublisher.open(kafka(), TIMEOUT)) {
      assertThatThrownBy(
              () -> publisher.publishAndWait(Publication.tombstone(toy.notes(), "k", Map.of())))
          .isInstanceOf(BrokerRefusedException.class)
          .hasMessageContaining(mayNot + "WRITE topic " + toy.notes());
    }
    try (CompactedView<String> view = view(kafka(), toy.outcomes())) {
      assertThatThrownBy(() -> view.awaitCaughtUp(TIMEOUT))
          .hasMessageContaining(mayNot + "READ topic " + toy.outcomes());
    }
  }

  /** What a runtime finds out only at work. */
  enum Lacking {
    READ_OF_TOPIC("READ or WRITE topic "),
    GROUP("READ group "),
    TRANSACTION("WRITE and DESCRIBE its transactional ids");

    private final String text;

    Lacking(String text) {
      this.text = text;
    }
  }

  @ParameterizedTest
  @EnumSource(names = "GROUP")
  void aRuntimeNamesAMissingRightAndGoesOnOnceItIsGranted(Lacking lacking) throws Exception {
    assertNamesAMissingRightAndGoesOn(lacking);
  }

  @ParameterizedTest
  @EnumSource(names = "GROUP", mode = EnumSource.Mode.EXCLUDE)
  @Tag("long")
  void aRuntimeNamesOtherMissingRightsToo(Lacking lacking) throws Exception {
    assertNamesAMissingRightAndGoesOn(lacking);
  }

  private void assertNamesAMissingRightAndGoesOn(Lacking lacking) throws Exception {
    ToyService toy = toyWithTopics(lacking.name().toLowerCase(Locale.ROOT));
    String application = toy.with(new Answers()).applicationId();
    ResourcePattern what =
        switch (lacking) {
          case READ_OF_TOPIC -> exactly(ResourceType.TOPIC, toy.notes());
          case GROUP -> exactly(ResourceType.GROUP, application);
          case TRANSACTION ->
              new ResourcePattern(ResourceType.TRANSACTIONAL_ID, application, PatternType.PREFIXED);
        };
    onlyAdminUses(what);
    if (lacking == Lacking.READ_OF_TOPIC) {
      allow(USER, AclOperation.DESCRIBE, what);
    }
    try (ShardRuntime<Toy> runtime =
        ShardRuntime.start(toy.with(new Answers()), RuntimeConfig.of(kafka(), folder))) {
      awaitUntil(() -> runtime.refusal().isPresent());
      assertThat(runtime.refusal().orElseThrow()).contains("user toy may not " + lacking.text);
      assertThat(runtime.isReady()).isFalse();
      assertThat(runtime.metrics().threadsReplaced()).isZero();

      allow(USER, AclOperation.ALL, what);

      awaitUntil(runtime::isReady);
      assertThat(runtime.refusal()).isEmpty();
    }
  }

  @Test
  void allClientsWorkAndNoneLogsThePassword() throws Exception {
    ToyService toy = toyWithTopics("works");
    String log = run(toy, kafka());
    assertThat(log)
        .contains("answered")
        .contains("sasl.jaas.config = [hidden]")
        .doesNotContain(KAFKA.broker().security().password(USER));
  }

  @Test
  void nothingTellsAPasswordThatIsRefused() throws Exception {
    ToyService toy = toyWithTopics("refused");
    String log = run(toy, KAFKA.broker().security().clientSettings(USER, GUESSED));
    assertThat(log)
        .contains("refused the password of user toy")
        .contains("sasl.jaas.config = [hidden]")
        .doesNotContain(GUESSED);
  }

  /** All that a process logs at Kafka's usual level. */
  private String run(ToyService toy, Map<String, String> kafka) throws IOException {
    Properties settings = new Properties();
    settings.putAll(kafka);
    Path file = folder.resolve("kafka.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings.store(writer, null);
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path"))));
    command.addAll(
        List.of(
            SecuredInstance.class.getName(),
            file.toString(),
            toy.prefix(),
            folder.resolve("state").toString()));
    Path log = folder.resolve("instance.log");
    try (OsProcess process = OsProcess.start(new Launch("secured", command, log))) {
      assertThat(process.awaitExit(PROCESS)).as(process.logTail()).isZero();
    }
    return Files.readString(log);
  }

  static void awaitUntil(Callable<Boolean> condition) {
    await().atMost(TIMEOUT).until(condition);
  }

  /** A rule on something takes everybody else's rights on it away. */
  private static void onlyAdminUses(ResourcePattern what) throws Exception {
    allow(KafkaSecurity.ADMIN, AclOperation.ALL, what);
  }

  private static ResourcePattern exactly(ResourceType type, String name) {
    return new ResourcePattern(type, name, PatternType.LITERAL);
  }

  private static void allow(String user, AclOperation operation, ResourcePattern what)
      throws Exception {
    AclBinding rule =
        new AclBinding(
            what, new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
    try (Admin admin = KAFKA.broker().admin()) {
      admin.createAcls(List.of(rule)).all().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static CompactedView<String> view(Map<String, String> kafka, String topic) {
    return CompactedView.open(
        kafka,
        topic,
        Optional.empty(),
        record -> Publication.text(record.value()),
        new CompactedView.Listener<>() {});
  }

  private static void assertNamed(Throwable thrown, Refused refused) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            BrokerRefusedException.class,
            named -> assertThat(named.reason()).isEqualTo(refused.reason))
        .hasMessageContaining(refused.text)
        .hasMessageContaining(refused.kafka().get("bootstrap.servers"));
    assertThat(thrown.toString()).doesNotContain(GUESSED);
  }

  private static void assertAtOnce(long startedAtNanos) {
    assertThat(Duration.ofNanos(System.nanoTime() - startedAtNanos)).isLessThan(AT_ONCE);
  }

  private static final class Answers extends ToyService.Effects {
    @Override
    public Input run(String shard, Work effect) {
      return new Input.Answer(effect.id(), "worked");
    }
  }
}
