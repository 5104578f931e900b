package io.reseed.backup;

import io.reseed.backup.store.ForwardingStore;
import io.reseed.backup.store.ObjectStore;
import io.reseed.backup.store.PutOutcome;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The real store, with its traffic counted and something done at a given point of it. */
public class WatchedStore extends ForwardingStore {
  private final AtomicLong bytesRead = new AtomicLong();
  private final AtomicLong puts = new AtomicLong();
  private volatile LongConsumer beforeRead = bytes -> {};
  private volatile LongConsumer beforePut = count -> {};
  private volatile Consumer<ByteBuffer> afterRead = bytes -> {};
  private volatile Consumer<String> afterPut = key -> {};
  private volatile CountDownLatch done = new CountDownLatch(0);
  private volatile boolean losesAnswers;

  /** Passes everything on to {@code store}. */
  public WatchedStore(ObjectStore store) {
    super(store);
  }

  /** Before each ranged get, with the bytes read until then. */
  public WatchedStore beforeRead(LongConsumer action) {
    beforeRead = action;
    return this;
  }

  /** Before each put, with the count of puts until then. */
  public WatchedStore beforePut(LongConsumer action) {
    beforePut = action;
    return this;
  }

  /**
   * The first {@code puts} are done and all later ones fail. Failing waits for the first ones: a
   * failure interrupts what else is under way, which may then be done or not.
   */
  public WatchedStore failsAfter(int puts, FailureCode code) {
    done = new CountDownLatch(puts);
    return beforePut(
        count -> {
          if (count >= puts) {
            awaitDone();
            throw new FailureException(code, "This store takes no more.", "Wait or pay.");
          }
        });
  }

  private void awaitDone() {
    try {
      if (!done.await(1, TimeUnit.MINUTES)) {
        throw new AssertionError("the puts before are not done: " + done);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** After each plain put, with its key. */
  public WatchedStore afterPut(Consumer<String> action) {
    afterPut = action;
    return this;
  }

  /** After each ranged get, with the bytes that it read. */
  public WatchedStore afterRead(Consumer<ByteBuffer> action) {
    afterRead = action;
    return this;
  }

  /** Conditional puts are sent twice, as after an answer that got lost. */
  public WatchedStore losesAnswers() {
    losesAnswers = true;
    return this;
  }

  /** Bytes that ranged gets asked for. */
  public long bytesRead() {
    return bytesRead.get();
  }

  @Override
  public PutOutcome putIfAbsent(String key, ByteBuffer content) {
    beforePut.accept(puts.getAndIncrement());
    PutOutcome first = super.putIfAbsent(key, content);
    done.countDown();
    return losesAnswers ? super.putIfAbsent(key, content) : first;
  }

  @Override
  public String put(String key, ByteBuffer content) {
    beforePut.accept(puts.getAndIncrement());
    String etag = super.put(key, content);
    done.countDown();
    afterPut.accept(key);
    return etag;
  }

  @Override
  public void getRange(String key, long offset, ByteBuffer target) {
    beforeRead.accept(bytesRead.getAndAdd(target.remaining()));
    int from = target.position();
    super.getRange(key, offset, target);
    afterRead.accept(target.slice(from, target.position() - from));
  }
}
