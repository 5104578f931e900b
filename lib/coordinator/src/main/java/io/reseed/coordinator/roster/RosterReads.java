package io.reseed.coordinator.roster;

import io.reseed.kafka.CompactedView;
import io.reseed.kafka.Decoded;
import io.reseed.kafka.InputTopic;
import io.reseed.kafka.TopicMark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads rosters for the tasks of an instance: who asks is answered by a reading that began after
 * that, and those who ask meanwhile share the next one. Thread-safe.
 */
public final class RosterReads<S, I> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RosterReads.class);
  private static final Duration READ_MAX = Duration.ofSeconds(60);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final Map<String, String> kafka;
  private final List<Roster<S, I>> rosters;
  private final BlockingQueue<CompletableFuture<List<Said<S, I>>>> waiting =
      new LinkedBlockingQueue<>();
  private final Thread thread;

  /**
   * A roster that was read.
   *
   * @param ofShard what it says, by shard
   * @param ends how far the topic was read, by partition
   */
  public record Said<S, I>(
      Roster<S, I> roster, Map<String, List<I>> ofShard, Map<Integer, Long> ends) {

    /** Whether a record of the topic is among what was read. */
    public boolean covers(int partition, long offset) {
      return offset < ends.getOrDefault(partition, 0L);
    }
  }

  /**
   * Reads nothing before it is asked.
   *
   * @param kafka client properties
   */
  public RosterReads(Map<String, String> kafka, List<Roster<S, I>> rosters) {
    this.kafka = Map.copyOf(kafka);
    this.rosters = List.copyOf(rosters);
    thread = Thread.ofVirtual().name("rosters").start(this::run);
  }

  /** Everything that the rosters say from now on; never completes exceptionally. */
  public CompletableFuture<List<Said<S, I>>> ask() {
    CompletableFuture<List<Said<S, I>>> answer = new CompletableFuture<>();
    if (rosters.isEmpty()) {
      answer.complete(List.of());
    } else {
      waiting.add(answer);
    }
    return answer;
  }

  private void run() {
    List<CompletableFuture<List<Said<S, I>>>> asking = new ArrayList<>();
    try {
      while (true) {
        if (asking.isEmpty()) {
          asking.add(waiting.take());
        }
        waiting.drainTo(asking);
        Optional<List<Said<S, I>>> read = readAll();
        if (read.isPresent()) {
          asking.forEach(answer -> answer.complete(read.get()));
          asking.clear();
        } else {
          TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<List<Said<S, I>>> readAll() throws InterruptedException {
    List<Said<S, I>> said = new ArrayList<>();
    try {
      for (Roster<S, I> roster : rosters) {
        said.add(read(roster));
      }
      return Optional.of(said);
    } catch (RuntimeException e) {
      LOG.warn("rosters not read, tried again reason={}", String.valueOf(e.getMessage()), e);
      return Optional.empty();
    }
  }

  private Said<S, I> read(Roster<S, I> roster) throws InterruptedException {
    InputTopic<I> topic = roster.topic();
    try (CompactedView<Decoded.Input<I>> view =
        CompactedView.open(
            kafka,
            topic.name(),
            Optional.empty(),
            record ->
                topic.decoder().decode(record) instanceof Decoded.Input<I> input ? input : null,
            new CompactedView.Listener<>() {})) {
      if (!view.awaitCaughtUp(READ_MAX)) {
        throw new IllegalStateException(
            "topic %s was not read whole within %s".formatted(topic.name(), READ_MAX));
      }
      // first: what comes between the two is among what is said, and not taken for read
      Map<Integer, Long> ends = view.mark().map(TopicMark::nextOffsets).orElseGet(Map::of);
      Map<String, List<I>> ofShard = new HashMap<>();
      view.values()
          .values()
          .forEach(
              input ->
                  ofShard
                      .computeIfAbsent(input.shard(), _ -> new ArrayList<>())
                      .add(input.input()));
      return new Said<>(roster, ofShard, ends);
    }
  }

  /** Ends the reading; who still waits is not answered. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
