package io.reseed.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The latest value of each key of a compacted topic, followed from its beginning without a consumer
 * group: every reader sees all of it, at every start anew.
 *
 * <p>The topic's {@code cleanup.policy} must be {@code compact} alone: records that retention
 * removes look like an emptied topic. Reads committed records only. A thread of its own calls the
 * {@link Listener}. Thread-safe.
 *
 * @param <V> what a record's value says
 */
public final class CompactedView<V> implements AutoCloseable {

  /** What a view tells; called on the view's thread, one call at a time, never to be held up. */
  public interface Listener<V> {

    /**
     * A key has a new value, or, with null, none any more. At the start, called for every record
     * still in the topic, outdated ones among them: act only once {@link #caughtUp} was called.
     */
    default void changed(String key, @Nullable V value) {}

    /** Everything that was in the topic when the view was opened has been read. */
    default void caughtUp() {}

    /** A record cannot be read and is skipped; the key keeps the value that it had. */
    default void unreadable(ConsumerRecord<byte[], byte[]> record, Throwable thrown) {}

    /**
     * The view has ended by itself and will not change any more: the topic was recreated or
     * emptied. Absence of a key means nothing now.
     */
    default void lost(String reason) {}

    /** The view has ended by itself: Kafka refused or failed. The topic may be what it was. */
    default void failed(String reason) {}
  }

  /** Reads a record's value. Throws what it likes about one that it cannot read. */
  @FunctionalInterface
  public interface ValueDecoder<V> {

    /** The value; never called for a tombstone. Null means that the record says nothing. */
    @Nullable V decode(ConsumerRecord<byte[], byte[]> record);
  }

  private final CompactedTopicReader reader;
  private final Map<String, V> values = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
  private final ValueDecoder<V> decoder;
  private final Listener<V> listener;

  private CompactedView(
      CompactedTopicReader.Source source, ValueDecoder<V> decoder, Listener<V> listener) {
    this.decoder = decoder;
    this.listener = listener;
    this.reader = new CompactedTopicReader(source, new Sink());
  }

  /**
   * Starts reading a topic in the background.
   *
   * @param kafka client properties, {@code bootstrap.servers} and security
   * @param seenBefore what {@link #mark} said at the last run, when it is known: a topic that is
   *     not the same any more, or ends earlier, is {@link Listener#lost} at once. So is one that
   *     the broker refuses to this user, and every one when it refuses the user
   * @throws IllegalArgumentException when {@code kafka} has a setting that is not the caller's, see
   *     {@link ClientSettings#requireOwnUntouched}
   */
  public static <V> CompactedView<V> open(
      Map<String, String> kafka,
      String topic,
      Optional<TopicMark> seenBefore,
      ValueDecoder<V> decoder,
      Listener<V> listener) {
    CompactedView<V> view =
        prepare(new CompactedTopicReader.Source(kafka, topic, seenBefore), decoder, listener);
    view.start();
    return view;
  }

  /** As {@link #open}, but reads nothing before {@link #start}. */
  static <V> CompactedView<V> prepare(
      CompactedTopicReader.Source source, ValueDecoder<V> decoder, Listener<V> listener) {
    ClientSettings.requireOwnUntouched(source.kafka());
    return new CompactedView<>(source, decoder, listener);
  }

  /** Begins to read. */
  void start() {
    reader.start();
  }

  private final class Sink implements CompactedTopicReader.Sink {
    @Override
    public void record(ConsumerRecord<byte[], byte[]> record) {
      byte[] keyBytes = record.key();
      if (keyBytes == null) {
        listener.unreadable(record, new IllegalArgumentException("the record has no key"));
        return;
      }
      String key = Publication.text(keyBytes);
      V value = null;
      if (record.value() != null) {
        try {
          value = decoder.decode(record);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
          listener.unreadable(record, e);
          return;
        }
      }
      if (value == null) {
        values.remove(key);
      } else {
        values.put(key, value);
      }
      listener.changed(key, value);
    }

    @Override
    public void caughtUp() {
      caughtUp.complete(null);
      listener.caughtUp();
    }

    @Override
    public void lost(String reason) {
      caughtUp.completeExceptionally(new IllegalStateException(reason));
      listener.lost(reason);
    }

    @Override
    public void failed(String reason) {
      caughtUp.completeExceptionally(new IllegalStateException(reason));
      listener.failed(reason);
    }
  }

  /** The value of a key, as far as the topic was read. */
  public Optional<V> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** All keys with their values, as far as the topic was read: a copy. */
  public Map<String, V> values() {
    return Map.copyOf(values);
  }

  /** Whether everything that was in the topic at the start was read, and the view has not ended. */
  public boolean isCaughtUp() {
    return caughtUp.isDone() && !caughtUp.isCompletedExceptionally() && lostReason().isEmpty();
  }

  /** Why the view ended by itself, when it did: lost, or failed. */
  public Optional<String> lostReason() {
    return reader.lostReason();
  }

  /**
   * Waits until everything that was in the topic at the start was read.
   *
   * @return false when that took longer
   * @throws IllegalStateException when the topic is lost, or reading failed
   */
  public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
    try {
      caughtUp.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(lostReason().orElse("the view ended"), e);
    }
  }

  /**
   * How far the topic was read: store it durably, and give it to {@link #open} at the next start.
   * Empty until the topic was reached.
   */
  public Optional<TopicMark> mark() {
    return reader.mark();
  }

  /** Stops reading; the values stay as they are. */
  @Override
  public void close() {
    reader.close();
  }
}
