package io.reseed.kafka;

import io.reseed.events.Event;
import io.reseed.events.Topic;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.fleet.ForeignText;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest event of every key of a compacted topic, followed for as long as this is open: after a
 * topic was recreated or emptied, and after any error of Kafka's, it is read anew from its
 * beginning without a restart. Meanwhile nothing is known. Thread-safe.
 *
 * @param <E> what is kept of the events that the topic carries
 */
public final class FollowedTopic<E> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedTopic.class);
  private static final Duration REOPEN_FIRST = Duration.ofMillis(500);
  private static final Duration REOPEN_MAX = Duration.ofSeconds(30);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(6);

  private final Source source;
  private final Subject<E> subject;
  private final Listener<E> listener;
  private final String name;
  private final RepeatedLines skipped = new RepeatedLines();
  private final Thread thread;
  private volatile Reading reading;

  /** Where a topic is read from: client properties, and the topics of the installation. */
  public record Source(Map<String, String> kafka, EventTopics topics) {}

  /**
   * A topic, and what is kept of each event that it carries.
   *
   * @param reading what an event says; throws for what does not belong to the topic
   */
  public record Subject<E>(Topic topic, Function<Event, E> reading) {
    /** A topic whose events are of one kind and are kept whole. */
    public Subject(Topic topic, Class<E> type) {
      this(topic, type::cast);
    }
  }

  /**
   * A record of the topic.
   *
   * @param value empty for a tombstone
   * @param replayed whether it lay in the topic already when reading began, so that it says nothing
   *     about the present; newer records of its key may follow
   */
  public record Change<E>(String key, Optional<E> value, boolean replayed) {}

  /** Why nothing is known. */
  public enum Trouble {
    /** Another topic has the name now, or records were removed: absence of a key says nothing. */
    LOST,
    /** Kafka refused or failed; the topic may well be what it was. */
    FAILED
  }

  /** Called on the follower's threads, one call at a time, never to be held up. */
  public interface Listener<E> {
    /** A record was read. */
    default void changed(Change<E> change) {}

    /** Everything that lay in the topic when reading began was read: a snapshot can be had. */
    default void known() {}

    /**
     * There is no snapshot from now on, until {@link #known}. The topic is read anew after this.
     */
    default void unknown(Trouble trouble, String reason) {}
  }

  private FollowedTopic(
      Source source, Subject<E> subject, Optional<TopicMark> seenBefore, Listener<E> listener) {
    this.source = source;
    this.subject = subject;
    this.listener = listener;
    this.name = source.topics().name(subject.topic());
    this.reading = new Reading(seenBefore);
    this.thread = Thread.ofVirtual().name("follower " + name).unstarted(this::follow);
  }

  /** Begins to read in the background; takes whatever topic is there. */
  public static <E> FollowedTopic<E> open(Source source, Subject<E> subject, Listener<E> listener) {
    return open(source, subject, Optional.empty(), listener);
  }

  /**
   * Begins to read in the background.
   *
   * @param seenBefore what {@link #mark} said in an earlier run: when the topic is not that one any
   *     more, or ends earlier, {@link Listener#unknown} says LOST before it is read
   */
  public static <E> FollowedTopic<E> open(
      Source source, Subject<E> subject, Optional<TopicMark> seenBefore, Listener<E> listener) {
    FollowedTopic<E> followed = new FollowedTopic<>(source, subject, seenBefore, listener);
    followed.thread.start();
    return followed;
  }

  /** All events by key: a copy. Empty while the topic was not read to its end, or not any more. */
  public Optional<Map<String, E>> snapshot() {
    return reading.snapshot();
  }

  /** How far the topic was read; store it durably for the next {@link #open}. */
  public Optional<TopicMark> mark() {
    return reading.view.mark();
  }

  /** Why there is no snapshot, for people; empty while there is one. */
  public Optional<String> trouble() {
    return reading.trouble();
  }

  /** One reading of the topic from its beginning, until it ends by itself. */
  private final class Reading implements CompactedView.Listener<E> {
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Optional<TopicMark> seenBefore;
    private final CompactedView<E> view;
    private volatile @Nullable Long knownSinceNanos;
    private volatile boolean lost;

    Reading(Optional<TopicMark> seenBefore) {
      this.seenBefore = seenBefore;
      view =
          CompactedView.prepare(
              new CompactedTopicReader.Source(source.kafka(), name, seenBefore),
              this::decode,
              this);
    }

    Optional<Map<String, E>> snapshot() {
      return view.isCaughtUp() ? Optional.of(view.values()) : Optional.empty();
    }

    Optional<String> trouble() {
      return view.isCaughtUp()
          ? Optional.empty()
          : Optional.of(view.lostReason().orElse("topic " + name + " is still being read"));
    }

    private @Nullable E decode(ConsumerRecord<byte[], byte[]> record) {
      return switch (source.topics().decode(subject.topic(), record)) {
        case DecodedEvent.Valid valid -> subject.reading().apply(valid.event());
        case DecodedEvent.Tombstone _ -> null;
        case DecodedEvent.Rejected rejected ->
            throw new IllegalArgumentException(rejected.failure().message());
      };
    }

    @Override
    public void changed(String key, @Nullable E value) {
      listener.changed(new Change<>(key, Optional.ofNullable(value), knownSinceNanos == null));
    }

    @Override
    public void caughtUp() {
      knownSinceNanos = System.nanoTime();
      listener.known();
    }

    /** Who reads the topic once for all, and not once per host and start, dead-letters it. */
    @Override
    public void unreadable(ConsumerRecord<byte[], byte[]> record, Throwable thrown) {
      skipped
          .leftOutBefore(record.topic())
          .ifPresent(
              leftOut ->
                  LOG.warn(
                      "record skipped topic={} partition={} offset={} leftOut={} reason={}",
                      record.topic(),
                      record.partition(),
                      record.offset(),
                      leftOut,
                      ForeignText.shown(String.valueOf(thrown.getMessage()))));
    }

    @Override
    public void lost(String reason) {
      LOG.error("topic lost, is read anew topic={} reason={}", name, reason);
      lost = true;
      listener.unknown(Trouble.LOST, reason);
      ended.countDown();
    }

    @Override
    public void failed(String reason) {
      LOG.warn("topic not readable, is tried again topic={} reason={}", name, reason);
      listener.unknown(Trouble.FAILED, reason);
      ended.countDown();
    }

    /**
     * What failed may be recreated before it is read again; what is lost is taken as it is then.
     */
    Optional<TopicMark> seenByNow() {
      return lost ? Optional.empty() : view.mark().or(() -> seenBefore);
    }

    /** A reading that lasted makes good for those that failed before it. */
    boolean lasted() {
      Long since = knownSinceNanos;
      return since != null && System.nanoTime() - since > REOPEN_MAX.toNanos();
    }
  }

  private void follow() {
    Duration pause = REOPEN_FIRST;
    try {
      while (true) {
        Reading now = reading;
        now.view.start();
        now.ended.await();
        now.view.close();
        pause = now.lasted() ? REOPEN_FIRST : pause;
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        pause = longer(pause);
        reading = new Reading(now.seenByNow());
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(REOPEN_MAX) < 0 ? twice : REOPEN_MAX;
  }

  /** Stops reading within a bounded time. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      if (!thread.join(CLOSE_TIMEOUT)) {
        LOG.warn("follower did not end in time topic={}", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reading.view.close();
  }
}
