package io.reseed.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.coordinator.Looks.Look;
import io.reseed.coordinator.Looks.Running;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * More is asked for than can be done. A look takes one step of a made-up time, in which at most
 * {@link #PLACES} run; a shard asks again an interval after its answer, and once more whenever it
 * has waited for its patience.
 */
@Timeout(120)
class OverloadTest {
  private static final int PLACES = 8;
  private static final int INTERVAL_STEPS = 10;
  private static final int PATIENCE_STEPS = 5;

  /** So many shards are just served in their interval. */
  private static final int SERVED_SHARDS = PLACES * INTERVAL_STEPS;

  private final Looks looks = new Looks(PLACES);
  private final Set<String> shards = new TreeSet<>();
  private final Map<String, Look> awaited = new HashMap<>();
  private final Map<String, Integer> askedAt = new HashMap<>();
  private final Map<String, Integer> dueAt = new HashMap<>();
  private final Map<String, Integer> answeredAt = new HashMap<>();
  private final List<Running> running = new ArrayList<>();
  private int step;
  private int useful;

  @AfterEach
  void close() {
    looks.dispatcher().abandon(looks.mailbox);
    looks.dispatcher().close();
  }

  @Test
  void threeTimesTheLoadIsServedAtCapacityAndForgottenAtOnce() throws Exception {
    for (int i = 0; i < 3 * SERVED_SHARDS; i++) {
      shards.add("c/" + i);
    }
    shards.forEach(shard -> dueAt.put(shard, 0));
    int steps = 20 * INTERVAL_STEPS;
    for (int i = 0; i < steps; i++) {
      step();
      assertThat(looks.dispatcher().pending()).isLessThanOrEqualTo(shards.size());
    }
    assertThat(useful).isGreaterThanOrEqualTo(PLACES * steps * 9 / 10);
    assertThat(answeredAt.keySet()).as("nobody starves").isEqualTo(shards);
    int oldest = answeredAt.values().stream().mapToInt(at -> step - at).max().orElseThrow();
    assertThat(oldest).isLessThanOrEqualTo(3 * INTERVAL_STEPS + PLACES);
    assertThat(looks.counters.effectsFailed.sum()).isZero();

    forget(SERVED_SHARDS / 2);
    int fallenAt = step;
    while (step < fallenAt + 2 * INTERVAL_STEPS) {
      step();
    }
    assertThat(looks.dispatcher().pending()).isLessThanOrEqualTo(PLACES);
    assertThat(answeredAt)
        .allSatisfy((_, at) -> assertThat(step - at).isLessThanOrEqualTo(INTERVAL_STEPS + 1));
  }

  /** One step of time: all that runs ends, and what waits begins. */
  private void step() throws InterruptedException {
    step++;
    List<Running> ending = List.copyOf(running);
    running.clear();
    ending.forEach(Running::end);
    take(ending.size());
    List.copyOf(shards).forEach(this::askWhenDue);
    int begins = Math.min(PLACES, looks.dispatcher().pending());
    while (running.size() < begins) {
      Running next = looks.next();
      if (shards.contains(next.look().shard())) { // else it began before its shard was forgotten
        running.add(next);
      }
    }
  }

  private void take(int count) {
    for (int taken = 0; taken < count; Thread.onSpinWait()) {
      for (Mailbox.Letter<String> letter : looks.answers()) {
        taken++;
        Look look = awaited.get(letter.shard());
        if (look != null && letter.input().equals(String.valueOf(look.ticket()))) {
          useful++;
          awaited.remove(letter.shard());
          answeredAt.put(letter.shard(), step);
          dueAt.put(letter.shard(), step + INTERVAL_STEPS);
        }
      }
    }
  }

  private void askWhenDue(String shard) {
    Look look = awaited.get(shard);
    boolean isImpatient = look != null && step >= askedAt.getOrDefault(shard, 0) + PATIENCE_STEPS;
    if (isImpatient || (look == null && step >= dueAt.getOrDefault(shard, 0))) {
      Look asked = look == null ? new Look(shard, step, Lane.ROUTINE) : look;
      awaited.put(shard, asked);
      askedAt.put(shard, step);
      looks.ask(asked);
    }
  }

  /** All but some leave. */
  private void forget(int remaining) {
    List<String> all = List.copyOf(shards);
    IntStream.range(remaining, all.size()).mapToObj(all::get).forEach(this::forget);
    running.removeIf(look -> !shards.contains(look.look().shard()));
  }

  private void forget(String shard) {
    shards.remove(shard);
    looks.dispatcher().forget(looks.mailbox, shard);
    List.of(awaited, askedAt, dueAt, answeredAt).forEach(known -> known.remove(shard));
  }
}
