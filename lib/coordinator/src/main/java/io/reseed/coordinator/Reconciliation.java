package io.reseed.coordinator;

import io.reseed.coordinator.roster.RosterReads;
import io.reseed.coordinator.roster.RosterReads.Said;
import io.reseed.kafka.InputTopic;
import io.reseed.kafka.ShardPartitioner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task's states compared with the rosters, once after each takeover. A shard of which a
 * roster's topic said something since it was read is left out. For the stream thread only.
 */
final class Reconciliation<S, I> {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

  /** So that no transaction is held open by thousands of shards. */
  private static final int SHARDS_AT_ONCE = 200;

  private final CompletableFuture<List<Said<S, I>>> answer;
  private final Part part;
  private final Map<String, List<Heard>> heardOfTopic = new HashMap<>();
  private @Nullable Queue<Due<S, I>> due;

  /** The partition of the task, of so many. */
  record Part(int partition, int partitions) {
    boolean has(String shard) {
      return ShardPartitioner.partition(shard, partitions) == partition;
    }
  }

  private record Heard(int partition, long offset, String shard) {}

  private record Due<S, I>(Said<S, I> said, String shard) {}

  /** What a machine missed. */
  record Missed<I>(String shard, I input) {}

  Reconciliation(RosterReads<S, I> reads, Part part) {
    this.answer = reads.ask();
    this.part = part;
  }

  /** Whether there is more to compare, or to be read first. */
  boolean isUnderWay() {
    return due == null || !due.isEmpty();
  }

  /**
   * A record of one of the inputs spoke of a shard.
   *
   * @param record as it lies in that topic
   * @return false when it says nothing any more: it was read with all of the topic, and what that
   *     says was compared with the states. What lies in an internal topic may be of any age
   */
  boolean hears(InputTopic<I> topic, ConsumerRecord<?, ?> record, String shard) {
    if (topic.repartitioned() && answer.isDone() && isCovered(topic.name(), record)) {
      return false;
    }
    if (isUnderWay()) {
      heardOfTopic
          .computeIfAbsent(topic.name(), _ -> new ArrayList<>())
          .add(new Heard(record.partition(), record.offset(), shard));
    }
    return true;
  }

  private boolean isCovered(String topic, ConsumerRecord<?, ?> record) {
    return answer.join().stream()
        .filter(said -> said.roster().topic().name().equals(topic))
        .anyMatch(said -> said.covers(record.partition(), record.offset()));
  }

  /** The shards of which a topic spoke after it was read. */
  private Set<String> heardSince(Said<S, I> said) {
    return heardOfTopic.getOrDefault(said.roster().topic().name(), List.of()).stream()
        .filter(heard -> !said.covers(heard.partition(), heard.offset()))
        .map(Heard::shard)
        .collect(Collectors.toSet());
  }

  /**
   * What the next shards missed.
   *
   * @param stored all shards with a state
   */
  List<Missed<I>> next(Collection<String> stored, Function<String, S> state) {
    if (!answer.isDone()) {
      return List.of();
    }
    Queue<Due<S, I>> left = due;
    if (left == null) {
      left = all(stored);
      due = left;
    }
    List<Missed<I>> missed = new ArrayList<>();
    Map<String, Set<String>> newer = new HashMap<>();
    for (int i = 0; i < SHARDS_AT_ONCE && !left.isEmpty(); i++) {
      Due<S, I> one = left.remove();
      String topic = one.said().roster().topic().name();
      if (!newer.computeIfAbsent(topic, _ -> heardSince(one.said())).contains(one.shard())) {
        compared(one, state).forEach(input -> missed.add(new Missed<>(one.shard(), input)));
      }
    }
    if (left.isEmpty()) {
      heardOfTopic.clear();
    }
    return missed;
  }

  private static <S, I> List<I> compared(Due<S, I> one, Function<String, S> state) {
    Said<S, I> said = one.said();
    List<I> ofShard = said.ofShard().getOrDefault(one.shard(), List.of());
    try {
      return said.roster().missed().apply(state.apply(one.shard()), ofShard);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      LOG.error("state not compared with its topic shard={}", one.shard(), e);
      return List.of();
    }
  }

  private Queue<Due<S, I>> all(Collection<String> stored) {
    Queue<Due<S, I>> all = new ArrayDeque<>();
    for (Said<S, I> said : answer.join()) {
      Set<String> shards = new TreeSet<>(stored);
      said.ofShard().keySet().stream().filter(part::has).forEach(shards::add);
      shards.forEach(shard -> all.add(new Due<>(said, shard)));
    }
    return all;
  }
}
