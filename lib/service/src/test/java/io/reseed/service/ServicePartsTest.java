package io.reseed.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reseed.fleet.ConfigProblems;
import io.reseed.kafka.BrokerWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Where nobody answers: that is no error of a start. */
class ServicePartsTest {
  private static final Map<String, String> KAFKA = Map.of("bootstrap.servers", "127.0.0.1:1");
  private static final Duration MOMENT = Duration.ofMillis(100);

  private final List<String> told = new ArrayList<>();

  /** What a service of a test does. */
  private interface Opening {
    void open(ServiceParts parts);
  }

  private static Service service(String problem, Opening opening) {
    return new Service() {
      @Override
      public ServiceIdentity identity() {
        return new ServiceIdentity("some-service", "one", "");
      }

      @Override
      public void check(ConfigProblems problems) {
        if (!problem.isEmpty()) {
          problems.check(
              () -> {
                throw new IllegalArgumentException(problem);
              });
        }
      }

      @Override
      public void open(ServiceParts parts) {
        opening.open(parts);
      }
    };
  }

  private static ServiceParts open(
      Service service, Map<String, String> kafka, Duration answerTimeout)
      throws InterruptedException {
    return ServiceParts.open(
        service,
        kafka,
        new SimpleMeterRegistry(),
        new BrokerWatch.Timing(MOMENT, MOMENT, answerTimeout));
  }

  private AutoCloseable part(String name) {
    return () -> told.add(name);
  }

  @Test
  void partsAreClosedTheYoungestFirstThoughOneDoesNotClose() throws InterruptedException {
    ServiceParts parts =
        open(
            service(
                "",
                opened -> {
                  opened.opened(part("first"));
                  opened.opened(
                      () -> {
                        throw new IllegalStateException("does not close");
                      });
                  opened.opened(part("last"));
                }),
            KAFKA,
            Duration.ofMinutes(1));
    parts.close();
    parts.close();
    assertThat(told).containsExactly("last", "first");
  }

  @Test
  void whatIsOpenIsClosedWhenTheNextDoesNotOpen() {
    Service service =
        service(
            "",
            parts -> {
              parts.opened(part("first"));
              throw new IllegalStateException("the second does not open");
            });
    assertThatThrownBy(() -> open(service, KAFKA, MOMENT)).hasMessageContaining("the second");
    assertThat(told).containsExactly("first");
  }

  @Test
  void allThatIsWrongWithTheConfigurationIsToldBeforeAnythingOpens() {
    Service service = service("its own problem", parts -> parts.opened(part("opened")));
    assertThatThrownBy(() -> open(service, Map.of("acks", "0"), MOMENT))
        .hasMessageContaining("its own problem")
        .hasMessageContaining("acks")
        .hasMessageContaining("kafka.bootstrap.servers is missing");
    assertThat(told).isEmpty();
  }

  @Test
  void isReadyWhenAllPartsAreAndKafkaWasNotSilentForLong() throws InterruptedException {
    boolean[] ready = {false};
    Service service =
        service("", parts -> parts.readyWhen(() -> Readiness.of(ready[0]).with("part", "here")));
    try (ServiceParts parts = open(service, KAFKA, Duration.ofMinutes(1))) {
      assertThat(parts.readiness().isReady()).isFalse();
      ready[0] = true;
      assertThat(parts.readiness().isReady()).isTrue();
      assertThat(parts.readiness().data()).containsEntry("part", "here").containsKey("kafka");
    }
    try (ServiceParts parts = open(service, KAFKA, Duration.ZERO)) {
      assertThat(parts.readiness().isReady()).isFalse();
      assertThat(parts.readiness().data().get("kafka")).contains("no broker at 127.0.0.1:1");
    }
  }

  @Test
  void failsWithTheFirstPartThatDoes() throws InterruptedException {
    CompletableFuture<Throwable> one = new CompletableFuture<>();
    Service service =
        service(
            "",
            parts -> {
              parts.failsWith(one);
              parts.failsWith(new CompletableFuture<>());
            });
    try (ServiceParts parts = open(service, KAFKA, Duration.ofMinutes(1))) {
      assertThat(parts.failure().toCompletableFuture()).isNotDone();
      one.complete(new IllegalStateException("over"));
      assertThat(parts.failure())
          .succeedsWithin(Duration.ofSeconds(10))
          .satisfies(cause -> assertThat(cause).hasMessage("over"));
    }
  }
}
