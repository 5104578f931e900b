package io.reseed.validator;

import io.reseed.events.DecodedEvent;
import io.reseed.events.Event;
import io.reseed.events.Topic;
import io.reseed.kafka.CompactedView;
import io.reseed.kafka.EventTopics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest record of every key of a compacted topic. When the topic is recreated or emptied there
 * is no picture until the topic was read anew. Thread-safe.
 */
final class Followed<E extends Event> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Followed.class);
  private static final Duration REOPEN = Duration.ofSeconds(5);

  private final Source source;
  private final Subject<E> subject;
  private CompactedView<E> view;
  private @Nullable Long lostAtNanos;

  /** Where it is read from. */
  record Source(Map<String, String> kafka, EventTopics topics) {}

  /**
   * What is followed.
   *
   * @param onChange told each key that changed, on a thread that must not be held up
   */
  record Subject<E extends Event>(Topic topic, Class<E> type, Consumer<String> onChange) {}

  private Followed(Source source, Subject<E> subject) {
    this.source = source;
    this.subject = subject;
    this.view = read();
  }

  /** Begins to read in the background. */
  static <E extends Event> Followed<E> open(Source source, Subject<E> subject) {
    return new Followed<>(source, subject);
  }

  /** All records by key; empty while the topic was not read to its end, or is lost. */
  synchronized Optional<Map<String, E>> picture() {
    Optional<String> lost = view.lostReason();
    if (lost.isPresent()) {
      reopenInTime(lost.get());
      return Optional.empty();
    }
    return view.isCaughtUp() ? Optional.of(view.values()) : Optional.empty();
  }

  private void reopenInTime(String reason) {
    if (lostAtNanos == null) {
      LOG.error("topic lost topic={} reason={}", source.topics().name(subject.topic()), reason);
      lostAtNanos = System.nanoTime();
    } else if (System.nanoTime() - lostAtNanos > REOPEN.toNanos()) {
      view.close();
      view = read();
      lostAtNanos = null;
    }
  }

  private CompactedView<E> read() {
    return CompactedView.open(
        source.kafka(),
        source.topics().name(subject.topic()),
        Optional.empty(),
        this::decode,
        new Listener());
  }

  private @Nullable E decode(ConsumerRecord<byte[], byte[]> record) {
    return switch (source.topics().decode(subject.topic(), record)) {
      case DecodedEvent.Valid valid -> subject.type().cast(valid.event());
      case DecodedEvent.Tombstone _ -> null;
      case DecodedEvent.Rejected rejected ->
          throw new IllegalArgumentException(rejected.failure().message());
    };
  }

  /** What cannot be read goes to the dead letters by who reads the topic once for all. */
  private final class Listener implements CompactedView.Listener<E> {
    @Override
    public void changed(String key, @Nullable E value) {
      subject.onChange().accept(key);
    }

    @Override
    public void unreadable(ConsumerRecord<byte[], byte[]> record, RuntimeException thrown) {
      LOG.warn(
          "record unreadable topic={} partition={} offset={} reason={}",
          record.topic(),
          record.partition(),
          record.offset(),
          thrown.getMessage());
    }
  }

  @Override
  public synchronized void close() {
    view.close();
  }
}
