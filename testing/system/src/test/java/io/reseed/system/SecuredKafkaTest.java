package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.events.ShardStatus.Condition;
import io.reseed.installation.KafkaAccess;
import io.reseed.installation.ServiceProcess;
import io.reseed.testkit.KafkaBroker;
import io.reseed.testkit.KafkaSecurity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** All services and the command line, with a Kafka that lets in users over TLS only. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("slow")
class SecuredKafkaTest {
  private static final String USER = "reseed";
  private static final String REFUSED = "refused the password of user " + USER;
  private static final String GUESSED = "guessed-password";
  private static final String CHANGED = "changed-password";

  private static Site site;
  private static LiveShard shard;

  @BeforeAll
  static void start() {
    site = Site.start(SitePlan.ofRepairs(1), SecuredKafkaTest::secured);
    shard = site.newShard("-80");
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  private static KafkaAccess secured(Path folder) {
    KafkaBroker broker = KafkaBroker.startSecured(folder, List.of(USER), Map.of());
    Map<String, String> settings = new HashMap<>(broker.security().clientSettings(USER));
    settings.remove("bootstrap.servers");
    return new KafkaAccess(broker, settings);
  }

  private static KafkaSecurity security() {
    return site.installation().kafka().security();
  }

  private static List<ServiceProcess> services() {
    return site.installation().services();
  }

  /**
   * The environment wins over the file, which has the right one. A broker that is slow to say so,
   * on a machine under load, ends a service that had started meanwhile.
   */
  @Test
  @Order(1)
  void aWrongPasswordEndsEveryServiceAtItsStartWithOneSentence() {
    Map<String, String> wrong =
        Map.of(
            "KAFKA_SASL_JAAS_CONFIG",
            security().clientSettings(USER, GUESSED).get("sasl.jaas.config"),
            "KAFKA_HOME",
            "/opt/kafka");
    services().forEach(service -> service.start(wrong));
    for (ServiceProcess service : services()) {
      assertThat(service.awaitExit()).as(service.name()).isEqualTo(1);
      assertThat(read(service.log()))
          .containsAnyOf("service not started", "service failed, the process ends")
          .contains(REFUSED)
          .containsPattern("are left out variables=.*KAFKA_HOME")
          .doesNotContain("\tat ");
    }
  }

  @Test
  @Order(2)
  void aFailoverIsRepaired() {
    site.installation().declareShards();
    site.startServices(services().stream().map(ServiceProcess::name).toList());
    shard.awaitStatus(Instant.EPOCH, Condition.WHOLE, "");
    shard.awaitBackup();
    shard.failOverAndPublish();
    shard.assertRepaired(1);
    assertThat(site.installation().commandLine().run("status")).contains("WHOLE");
  }

  /** Connections are made anew when the broker was away. */
  @Test
  @Order(3)
  void aPasswordThatIsChangedMeanwhileIsNamedUntilItIsRightAgain() throws Exception {
    setPassword(CHANGED);
    site.installation().kafka().restart();
    Awaitility.await("every service says that it is refused")
        .atMost(Site.PATIENCE)
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(() -> services().stream().allMatch(SecuredKafkaTest::saysThatItIsRefused));

    setPassword(security().password(USER));

    services().forEach(ServiceProcess::awaitReady);
    assertThat(services()).allMatch(ServiceProcess::isAlive);
    assertThat(site.installation().commandLine().run("status")).contains("WHOLE");
  }

  @Test
  @Order(4)
  void noLogAndNoAnswerTellsAPassword() throws IOException {
    List<String> passwords =
        List.of(
            security().password(USER), security().password(KafkaSecurity.ADMIN), GUESSED, CHANGED);
    List<Path> logs = new ArrayList<>();
    for (String folder : List.of("logs", "kafka")) {
      try (Stream<Path> files = Files.list(site.installation().folder().resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".log")).forEach(logs::add);
      }
    }
    assertThat(logs).hasSizeGreaterThan(services().size() + 2);
    for (Path log : logs) {
      assertThat(read(log)).as(log.toString()).doesNotContain(passwords);
    }
    for (ServiceProcess service : services()) {
      for (String path : List.of("/q/health", "/q/metrics")) {
        assertThat(get(service, path).body()).isNotBlank().doesNotContain(passwords);
      }
    }
  }

  private static void setPassword(String password) throws Exception {
    try (Admin admin = Admin.create(Map.copyOf(site.installation().kafka().clientSettings()))) {
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      USER,
                      new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                      password.getBytes(StandardCharsets.UTF_8))))
          .all()
          .get(Site.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static boolean saysThatItIsRefused(ServiceProcess service) {
    HttpResponse<String> answer = get(service, "/q/health/ready");
    return answer.statusCode() == 503 && answer.body().contains(REFUSED);
  }

  private static HttpResponse<String> get(ServiceProcess service, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(service.httpEndpoint().resolve(path))
            .timeout(Duration.ofSeconds(20))
            .build();
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // an upgrade on the way may hang
            .build()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
