package io.reseed.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.reseed.fleet.ConfigProblems;
import io.reseed.kafka.BrokerWatch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open parts of a service at work; they are closed the youngest first. */
public final class ServiceParts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceParts.class);

  private final ServiceIdentity identity;
  private final Map<String, String> kafka;
  private final MeterRegistry meters;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<Supplier<Readiness>> readiness = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  private ServiceParts(ServiceIdentity identity, Map<String, String> kafka, MeterRegistry meters) {
    this.identity = identity;
    this.kafka = Map.copyOf(kafka);
    this.meters = meters;
  }

  /**
   * Checks a service's configuration, asks Kafka whether it takes us, and opens the service's
   * parts; when one does not open, those that did are closed again.
   *
   * @param kafka the settings of all Kafka clients
   * @throws IllegalArgumentException that names everything that is wrong with the configuration
   * @throws io.reseed.kafka.BrokerRefusedException when Kafka refuses us; that it does not answer
   *     is for the parts to judge, and a refusal that is its first word ends the service later
   */
  public static ServiceParts open(Service service, Map<String, String> kafka, MeterRegistry meters)
      throws InterruptedException {
    return open(service, kafka, meters, BrokerWatch.Timing.defaults());
  }

  static ServiceParts open(
      Service service, Map<String, String> kafka, MeterRegistry meters, BrokerWatch.Timing timing)
      throws InterruptedException {
    ConfigProblems problems = new ConfigProblems();
    KafkaSettings.check(kafka, problems);
    service.check(problems);
    problems.refuse();
    ServiceParts parts = new ServiceParts(service.identity(), kafka, meters);
    try {
      BrokerWatch broker = parts.opened(BrokerWatch.open(kafka, timing));
      parts.readyWhen(() -> readiness(broker.trouble()));
      parts.failsWith(broker.turnedAway());
      service.open(parts);
      return parts;
    } catch (RuntimeException | InterruptedException e) {
      parts.close();
      throw e;
    }
  }

  private static Readiness readiness(Optional<String> brokerTrouble) {
    return Readiness.of(brokerTrouble.isEmpty()).with("kafka", brokerTrouble.orElse("answers"));
  }

  /** Whose parts these are. */
  public ServiceIdentity identity() {
    return identity;
  }

  /** The settings of all Kafka clients; with passwords. */
  public Map<String, String> kafka() {
    return kafka;
  }

  /** Where figures are registered; their sources must be open parts, or they vanish. */
  public MeterRegistry meters() {
    return meters;
  }

  /** Closes this part before all that are open. */
  public <C extends AutoCloseable> C opened(C part) {
    synchronized (opened) {
      opened.push(part);
    }
    return part;
  }

  /** The service is ready when all of these say so. Asked often: must not wait. */
  public void readyWhen(Supplier<Readiness> part) {
    readiness.add(part);
  }

  /** The process ends when this completes, with why. */
  public void failsWith(CompletionStage<? extends Throwable> cause) {
    var _ = cause.thenAccept(failure::complete);
  }

  /** Whether all parts do their work. */
  public Readiness readiness() {
    return readiness.stream().map(Supplier::get).reduce(Readiness.of(true), Readiness::and);
  }

  /** Completes when the process should end, with why. */
  public CompletionStage<Throwable> failure() {
    return failure.minimalCompletionStage();
  }

  /** Closes all parts, the youngest first; one that does not close keeps no other open. */
  @Override
  public void close() {
    while (true) {
      AutoCloseable part;
      synchronized (opened) {
        part = opened.poll();
      }
      if (part == null) {
        return;
      }
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("part not closed part={}", part.getClass().getSimpleName(), e);
      }
    }
  }
}
