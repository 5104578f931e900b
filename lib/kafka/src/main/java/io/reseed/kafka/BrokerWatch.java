package io.reseed.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a Kafka cluster again and again whether it is there for this client, so that whoever wants
 * to know it has the answer already and waits for nobody. A refusal counts at once, silence only
 * when it lasts: a broker that restarts is nobody's trouble yet. Thread-safe.
 */
public final class BrokerWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerWatch.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Admin admin;
  private final KafkaUse use;
  private final Timing timing;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread asking;
  private volatile long answeredAtNanos = System.nanoTime();
  private volatile @Nullable String refusal;
  private final CompletableFuture<BrokerRefusedException> turnedAway = new CompletableFuture<>();
  private volatile boolean wasTaken;

  /**
   * How often and how long is asked.
   *
   * @param interval between two questions
   * @param answer the longest that one answer may take
   * @param answerTimeout how long nobody may answer until that is trouble
   */
  public record Timing(Duration interval, Duration answer, Duration answerTimeout) {
    public static Timing defaults() {
      return new Timing(Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(15));
    }
  }

  private BrokerWatch(Admin admin, KafkaUse use, Timing timing) {
    this.admin = admin;
    this.use = use;
    this.timing = timing;
    this.asking = Thread.ofVirtual().name("reseed-broker-watch").unstarted(this::askOn);
  }

  /**
   * Asks once, and goes on in the background. Waits for the first answer no longer than one may
   * take; when there is none, that is no error: it is asked again.
   *
   * @param kafka the settings of all clients
   * @throws BrokerRefusedException when the cluster refuses this client, or the settings cannot be
   *     used
   */
  public static BrokerWatch open(Map<String, String> kafka, Timing timing)
      throws InterruptedException {
    Map<String, Object> settings = ClientSettings.of(kafka, ClientSettings.Kind.ADMIN);
    KafkaUse use = KafkaUse.reading(settings, List.of());
    Admin admin = BrokerRefusal.opening(use, () -> Admin.create(settings));
    BrokerWatch watch = new BrokerWatch(admin, use, timing);
    try {
      Optional<BrokerRefusedException> refused = watch.ask();
      if (refused.isPresent()) {
        throw refused.get();
      }
    } catch (RuntimeException | InterruptedException e) {
      admin.close(CLOSE_TIMEOUT);
      throw e;
    }
    watch.asking.start();
    return watch;
  }

  /**
   * Completes when the first word that the cluster ever has for this client is a refusal. A cluster
   * that is slow or away while a process starts says it only later, and it means the same: the
   * settings are wrong.
   */
  public CompletionStage<BrokerRefusedException> turnedAway() {
    return turnedAway.minimalCompletionStage();
  }

  /** What keeps this client from Kafka, in words without a password; empty when nothing does. */
  public Optional<String> trouble() {
    String refused = refusal;
    if (refused != null) {
      return Optional.of(refused);
    }
    Duration silence = Duration.ofNanos(System.nanoTime() - answeredAtNanos);
    return silence.compareTo(timing.answerTimeout()) < 0
        ? Optional.empty()
        : Optional.of(
            "no broker at %s has answered for %d s".formatted(use.broker(), silence.toSeconds()));
  }

  private void askOn() {
    try {
      boolean wasWell = true;
      while (!closed.await(timing.interval().toMillis(), TimeUnit.MILLISECONDS)) {
        var _ = ask();
        Optional<String> trouble = trouble();
        if (trouble.isPresent() && wasWell) {
          LOG.warn("kafka is out of reach reason={}", trouble.get());
        } else if (trouble.isEmpty() && !wasWell) {
          LOG.info("kafka answers again broker={}", use.broker());
        }
        wasWell = trouble.isEmpty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<BrokerRefusedException> ask() throws InterruptedException {
    int limitMillis = Math.toIntExact(timing.answer().toMillis());
    KafkaFuture<String> answer =
        admin.describeCluster(new DescribeClusterOptions().timeoutMs(limitMillis)).clusterId();
    try {
      var _ = answer.get(limitMillis * 2L, TimeUnit.MILLISECONDS);
      answeredAtNanos = System.nanoTime();
      refusal = null;
      wasTaken = true;
      return Optional.empty();
    } catch (ExecutionException e) {
      Optional<BrokerRefusedException> refused = BrokerRefusal.exception(e, use);
      refused.ifPresent(this::refused);
      return refused;
    } catch (TimeoutException e) {
      return Optional.empty();
    }
  }

  private void refused(BrokerRefusedException named) {
    refusal = named.getMessage();
    if (!wasTaken) {
      turnedAway.complete(named);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    asking.interrupt();
    admin.close(CLOSE_TIMEOUT);
  }
}
