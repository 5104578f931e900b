package io.reseed.coordinator;

import io.reseed.coordinator.roster.RosterReads;
import io.reseed.coordinator.roster.RosterReads.Said;
import io.reseed.kafka.ShardPartitioner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task's states compared with the rosters, once after each takeover. A shard of which a
 * roster's topic spoke meanwhile is left out: what its records say is newer. For the stream thread
 * only.
 */
final class Reconciliation<S, I> {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

  /** So that no transaction is held open by thousands of shards. */
  private static final int SHARDS_AT_ONCE = 200;

  /** The partition of the task, of so many. */
  record Part(int partition, int partitions) {
    boolean has(String shard) {
      return ShardPartitioner.partition(shard, partitions) == partition;
    }
  }

  private record Heard(String topic, String shard) {}

  private record Due<S, I>(Said<S, I> said, String shard) {}

  private final CompletableFuture<List<Said<S, I>>> answer;
  private final Part part;
  private final Set<Heard> heard = new HashSet<>();
  private @Nullable Queue<Due<S, I>> due;

  Reconciliation(RosterReads<S, I> reads, Part part) {
    this.answer = reads.ask();
    this.part = part;
  }

  /** Whether there is more to compare, or to be read first. */
  boolean isUnderWay() {
    return due == null || !due.isEmpty();
  }

  /** A record of a topic spoke of a shard. */
  void heard(String topic, String shard) {
    if (isUnderWay()) {
      heard.add(new Heard(topic, shard));
    }
  }

  /** What a machine missed. */
  record Missed<I>(String shard, I input) {}

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
    for (int i = 0; i < SHARDS_AT_ONCE && !left.isEmpty(); i++) {
      Due<S, I> one = left.remove();
      Said<S, I> said = one.said();
      if (!heard.contains(new Heard(said.roster().topic().name(), one.shard()))) {
        compared(one, state).forEach(input -> missed.add(new Missed<>(one.shard(), input)));
      }
    }
    if (left.isEmpty()) {
      heard.clear();
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
