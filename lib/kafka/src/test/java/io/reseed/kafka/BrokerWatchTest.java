package io.reseed.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseed.testkit.KafkaBroker;
import io.reseed.testkit.KafkaSecurity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerWatchTest {
  private static final String USER = "watcher";
  private static final String REFUSED = "refused the password of user " + USER;
  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  /** Longer than a test may take, so that only a refusal is trouble. */
  private static final BrokerWatch.Timing PATIENT =
      new BrokerWatch.Timing(Duration.ofMillis(300), Duration.ofSeconds(5), Duration.ofHours(1));

  private static final BrokerWatch.Timing HASTY =
      new BrokerWatch.Timing(Duration.ofMillis(300), Duration.ofSeconds(1), Duration.ofHours(1));

  @TempDir Path folder;

  /** A refusal that is the first word of a broker is told however late it comes. */
  @Test
  void aRefusalIsNamedAtOnceAndEndsByItselfWhileARestartIsNoTrouble() throws Exception {
    try (KafkaBroker broker = KafkaBroker.startSecured(folder, List.of(USER), Map.of())) {
      KafkaSecurity security = broker.security();
      assertThatThrownBy(
              () -> BrokerWatch.open(security.clientSettings(USER, "guessed-password"), PATIENT))
          .isInstanceOf(BrokerRefusedException.class)
          .hasMessageContaining(REFUSED);
      try (BrokerWatch watch = BrokerWatch.open(security.clientSettings(USER), PATIENT)) {
        assertTurnedAwayAfterItsRestart(broker);
        assertThat(watch.trouble()).isEmpty();

        setPassword(broker, "another-password");
        broker.restart();
        await().atMost(TIMEOUT).until(() -> watch.trouble().orElse("").contains(REFUSED));

        setPassword(broker, security.password(USER));
        await().atMost(TIMEOUT).until(() -> watch.trouble().isEmpty());
        assertThat(watch.turnedAway().toCompletableFuture()).isNotDone();
      }
    }
  }

  private static void assertTurnedAwayAfterItsRestart(KafkaBroker broker) throws Exception {
    Map<String, String> wrong = broker.security().clientSettings(USER, "guessed-password");
    broker.kill();
    try (BrokerWatch watch = BrokerWatch.open(wrong, HASTY)) {
      assertThat(watch.turnedAway().toCompletableFuture()).isNotDone();
      broker.restart();
      assertThat(watch.turnedAway())
          .succeedsWithin(TIMEOUT)
          .satisfies(refusal -> assertThat(refusal).hasMessageContaining(REFUSED));
    }
  }

  @Test
  void silenceIsTroubleOnceItLasts() throws InterruptedException {
    BrokerWatch.Timing timing =
        new BrokerWatch.Timing(
            Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofSeconds(2));
    Map<String, String> nobody = Map.of("bootstrap.servers", "127.0.0.1:1");
    try (BrokerWatch watch = BrokerWatch.open(nobody, timing)) {
      await()
          .atMost(TIMEOUT)
          .until(() -> watch.trouble().orElse("").contains("no broker at 127.0.0.1:1"));
    }
  }

  private static void setPassword(KafkaBroker broker, String password) throws Exception {
    try (Admin admin = broker.admin()) {
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      USER,
                      new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                      password.getBytes(StandardCharsets.UTF_8))))
          .all()
          .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
