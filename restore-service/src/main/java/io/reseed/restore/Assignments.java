package io.reseed.restore;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.durable.DurableFile;
import io.reseed.durable.NoteReserve;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.Topic;
import io.reseed.kafka.CompactedView;
import io.reseed.kafka.EventTopics;
import io.reseed.kafka.TopicMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest wish of every seeding, and whether it can be trusted. Remembers durably which topic it
 * was read from, so that a topic that was recreated or emptied, also while the agent was off, is
 * not mistaken for one in which everything was withdrawn. For one thread.
 */
final class Assignments implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Assignments.class);
  private static final Duration REOPEN = Duration.ofSeconds(5);

  /** What is known. */
  sealed interface Knowledge {
    /** The topic was not read to the end that stood when it was opened. */
    record Incomplete() implements Knowledge {}

    /** Absence in this picture means that nobody wants the seeding. */
    record Complete(Map<String, SeedingAssigned> bySeeding) implements Knowledge {}

    /** The topic is not what it was: nothing may be concluded until a person has looked. */
    record Lost(String reason) implements Knowledge {}
  }

  /** Where the wishes come from. */
  record Source(Map<String, String> kafka, EventTopics topics, Path markFile) {}

  private final Source source;
  private final Runnable changed;
  private final ObjectMapper json = JsonMapper.builder().build();
  private @Nullable CompactedView<SeedingAssigned> view;
  private boolean renewalFailed;
  private @Nullable TopicMark stored;
  private long lostAtNanos;

  /**
   * Reads nothing yet.
   *
   * @param changed called from another thread when there may be something new to look at
   */
  Assignments(Source source, Runnable changed) {
    this.source = source;
    this.changed = changed;
  }

  /**
   * What is known now; opens the topic at the first call, and now and then again after it was lost.
   *
   * @param holdsUnfinished whether this host holds servers that a wrong picture would remove; when
   *     it holds none, whatever topic is there now is taken as it is
   */
  Knowledge look(boolean holdsUnfinished) {
    CompactedView<SeedingAssigned> open = view;
    if (open == null) {
      open = open(holdsUnfinished ? readMark() : Optional.empty());
    }
    Optional<String> lost = open.lostReason();
    if (lost.isPresent()) {
      if (System.nanoTime() - lostAtNanos > REOPEN.toNanos()) {
        open.close();
        view = null;
      }
      return new Knowledge.Lost(
          lost.get() + ". To accept the topic as it is now, remove " + source.markFile());
    }
    lostAtNanos = System.nanoTime();
    if (!open.isCaughtUp()) {
      return new Knowledge.Incomplete();
    }
    open.mark().ifPresent(this::writeMark);
    return new Knowledge.Complete(open.values());
  }

  private CompactedView<SeedingAssigned> open(Optional<TopicMark> seenBefore) {
    String topic = source.topics().name(Topic.SEEDING_ASSIGNED);
    CompactedView<SeedingAssigned> opened =
        CompactedView.open(source.kafka(), topic, seenBefore, this::decode, new Listener(changed));
    view = opened;
    lostAtNanos = System.nanoTime();
    return opened;
  }

  private @Nullable SeedingAssigned decode(ConsumerRecord<byte[], byte[]> record) {
    return switch (source.topics().decode(Topic.SEEDING_ASSIGNED, record)) {
      case DecodedEvent.Valid valid when valid.event() instanceof SeedingAssigned assigned ->
          assigned;
      case DecodedEvent.Valid other ->
          throw new IllegalArgumentException("not an assignment: " + other.event().topic());
      case DecodedEvent.Tombstone _ -> null;
      case DecodedEvent.Rejected rejected ->
          throw new IllegalArgumentException(rejected.failure().message());
    };
  }

  /**
   * Wakes the agent. Unreadable records are only logged here: the coordinators, who read the same
   * topic once and not once per host and start, send them to the dead letters.
   */
  private record Listener(Runnable wake) implements CompactedView.Listener<SeedingAssigned> {
    @Override
    public void changed(String key, @Nullable SeedingAssigned value) {
      wake.run();
    }

    @Override
    public void caughtUp() {
      wake.run();
    }

    @Override
    public void unreadable(ConsumerRecord<byte[], byte[]> record, RuntimeException thrown) {
      LOG.warn(
          "assignment unreadable partition={} offset={} reason={}",
          record.partition(),
          record.offset(),
          thrown.getMessage());
    }

    @Override
    public void lost(String reason) {
      wake.run();
    }
  }

  private Optional<TopicMark> readMark() {
    try {
      TopicMark mark = json.readValue(Files.readAllBytes(source.markFile()), TopicMark.class);
      stored = mark;
      return Optional.of(mark);
    } catch (NoSuchFileException never) {
      stored = null;
      return Optional.empty();
    } catch (JacksonException e) {
      throw new IllegalStateException(
          "Cannot understand %s, which says which topic this host's jobs came from; remove it to accept the topic as it is now"
              .formatted(source.markFile()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + source.markFile(), e);
    }
  }

  private void writeMark(TopicMark mark) {
    if (mark.equals(stored)) {
      return;
    }
    TopicMark before = stored;
    NoteReserve.Note note =
        () -> DurableFile.replace(source.markFile(), json.writeValueAsBytes(mark));
    try {
      if (before == null) {
        new NoteReserve(source.markFile().toAbsolutePath().resolveSibling(".")).write(note);
      } else {
        note.write(); // the room set aside is for the jobs
      }
      stored = mark;
      renewalFailed = false;
    } catch (IOException e) {
      if (before == null || !before.topicId().equals(mark.topicId())) {
        throw new UncheckedIOException("Cannot write " + source.markFile(), e);
      }
      // an older mark of the same topic only notices a little less, and whoever waits for a job to
      // be removed, which may give a full disk its room back, must not wait for this
      if (!renewalFailed) {
        LOG.warn("topic mark not renewed file={} reason={}", source.markFile(), e.toString());
      }
      renewalFailed = true;
    }
  }

  @Override
  public void close() {
    CompactedView<SeedingAssigned> open = view;
    if (open != null) {
      open.close();
    }
  }
}
