package io.reseed.backup.store;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries calls that found the store unreachable again, after pauses that double from 100 ms to 5 s,
 * each shortened by chance by up to a half, until the budget is spent, counted from the first
 * failure. Other failures pass through at once.
 */
final class RetryingStore implements ObjectStore {
  private static final Logger LOG = LoggerFactory.getLogger(RetryingStore.class);
  private static final long PAUSE_MILLIS_MIN = 100;
  private static final long PAUSE_MILLIS_MAX = 5_000;

  private final ObjectStore store;
  private final Duration budget;
  private final Waiting waiting;
  private final LongUnaryOperator randomBelow;

  /** The clock and the pauses, so that a test can own both. */
  interface Waiting {
    Waiting SYSTEM =
        new Waiting() {
          @Override
          public long nanoTime() {
            return System.nanoTime();
          }

          @Override
          public void pause(Duration duration) throws InterruptedException {
            Thread.sleep(duration);
          }
        };

    long nanoTime();

    void pause(Duration duration) throws InterruptedException;
  }

  RetryingStore(
      ObjectStore store, Duration budget, Waiting waiting, LongUnaryOperator randomBelow) {
    this.store = store;
    this.budget = budget;
    this.waiting = waiting;
    this.randomBelow = randomBelow;
  }

  @Override
  public PutOutcome putIfAbsent(String key, ByteBuffer content) {
    return retry(() -> store.putIfAbsent(key, content));
  }

  @Override
  public String put(String key, ByteBuffer content) {
    return retry(() -> store.put(key, content));
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer target) {
    int position = target.position();
    retry(
        () -> {
          store.getRange(key, offset, target.position(position));
          if (target.hasRemaining()) {
            throw new FailureException(
                FailureCode.STORE_UNREACHABLE,
                "a read of " + key + " ended " + target.remaining() + " bytes early",
                "Check the network between this host and the store.");
          }
          return key;
        });
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return retry(() -> store.head(key));
  }

  @Override
  public void list(String prefix, Consumer<ObjectInfo> consumer) {
    AtomicReference<String> last = new AtomicReference<>("");
    retry(
        () -> {
          store.list(
              prefix,
              info -> {
                // a listing begun again hands over only what comes after the last one
                if (info.key().compareTo(last.get()) > 0) {
                  last.set(info.key());
                  consumer.accept(info);
                }
              });
          return prefix;
        });
  }

  @Override
  public void delete(String key) {
    retry(
        () -> {
          store.delete(key);
          return key;
        });
  }

  @Override
  public void close() {
    store.close();
  }

  private <T> T retry(Supplier<T> call) {
    long failedFirst = 0;
    long pauseMillis = PAUSE_MILLIS_MIN;
    for (int attempt = 1; ; attempt++) {
      try {
        return call.get();
      } catch (FailureException e) {
        if (e.code() != FailureCode.STORE_UNREACHABLE) {
          throw e;
        }
        // a call that took longer than the budget to fail is tried again, too
        failedFirst = attempt == 1 ? waiting.nanoTime() : failedFirst;
        long pause = pauseMillis - randomBelow.applyAsLong(pauseMillis / 2);
        pauseOrGiveUp(e, attempt, failedFirst, Duration.ofMillis(pause));
        pauseMillis = Math.min(PAUSE_MILLIS_MAX, pauseMillis * 2);
      }
    }
  }

  private void pauseOrGiveUp(FailureException e, int attempt, long failedFirst, Duration pause) {
    Duration elapsed = Duration.ofNanos(waiting.nanoTime() - failedFirst);
    if (elapsed.plus(pause).compareTo(budget) > 0) {
      throw new FailureException(
          FailureCode.STORE_UNREACHABLE,
          e.getMessage() + " (" + attempt + " tries in " + elapsed.toMillis() + " ms)",
          e.hint(),
          e);
    }
    if (attempt == 1) {
      LOG.warn("Store unreachable, trying again budget={} cause={}", budget, e.getMessage());
    }
    try {
      waiting.pause(pause);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          FailureCode.CANCELLED,
          "interrupted while waiting for the store: " + e.getMessage(),
          "Run the job again.",
          interrupt);
    }
  }
}
