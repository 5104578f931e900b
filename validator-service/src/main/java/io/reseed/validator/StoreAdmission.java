package io.reseed.validator;

import io.reseed.backup.store.StoreProbe;
import io.reseed.backup.store.StoreSettings;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the store once for all that backups need: an unfit one would spoil backups in ways that
 * nobody sees before they are needed. This service does it, for it writes; who only reads backups
 * needs no right to write.
 *
 * <p>A store that does not answer is none that is unfit: shards must be looked after meanwhile, and
 * jobs wait for it. It is asked again until it answers.
 */
final class StoreAdmission implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreAdmission.class);

  private final StoreSettings settings;
  private final Duration retryInterval;
  private final CompletableFuture<Throwable> refusal = new CompletableFuture<>();
  private final Thread asking = Thread.ofVirtual().name("store-admission").unstarted(this::askOn);
  private volatile boolean fit;
  private volatile boolean closed;

  private StoreAdmission(StoreSettings settings, Duration retryInterval) {
    this.settings = settings;
    this.retryInterval = retryInterval;
  }

  /**
   * Asks the store, and goes on asking in the background if it does not answer.
   *
   * @throws FailureException {@code STORE_UNFIT} with everything that is missing; others when the
   *     store refuses us
   */
  static StoreAdmission begin(StoreSettings settings, Duration retryInterval) {
    StoreAdmission admission = new StoreAdmission(settings, retryInterval);
    try {
      admission.ask();
    } catch (FailureException e) {
      if (!isAway(e)) {
        throw e;
      }
      LOG.warn(
          "Store does not answer; it is asked again until it does code={} cause={}",
          e.code(),
          e.getMessage());
      admission.asking.start();
    }
    return admission;
  }

  /** Whether the store was asked and is fit. */
  boolean isFit() {
    return fit;
  }

  /** Completes when the store answers at last, and is unfit or refuses us. */
  CompletionStage<Throwable> refusal() {
    return refusal;
  }

  private void ask() {
    StoreProbe probe = StoreProbe.of(settings, UUID.randomUUID().toString());
    probe.requireFit();
    fit = true;
    LOG.info("Store is fit clockDifference={}", probe.clockDifference());
  }

  private void askOn() {
    while (!closed && !fit && !refusal.isDone()) {
      try {
        Thread.sleep(retryInterval);
        ask();
      } catch (InterruptedException e) {
        // closed
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        // a probe that is interrupted fails, too
        if (!closed && !isAway(e)) {
          refusal.complete(e);
        }
      }
    }
  }

  private static boolean isAway(RuntimeException failure) {
    return failure instanceof FailureException e && e.code() == FailureCode.STORE_UNREACHABLE;
  }

  /** Asks no more. */
  @Override
  public void close() {
    closed = true;
    asking.interrupt();
  }
}
