package io.reseed.failover;

import io.reseed.coordinator.EffectFailure;
import io.reseed.coordinator.EffectRunner;
import io.reseed.coordinator.Lane;
import io.reseed.failover.machine.FailoverEffect;
import io.reseed.failover.machine.FailoverInput;
import io.reseed.failover.probe.FailoverWorker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Takes note of when which shard is looked at. */
final class WatchedLooks implements EffectRunner<FailoverEffect, FailoverInput> {
  private final Function<String, FailoverWorker> workers;
  private final Map<String, List<Long>> beganNanos = new ConcurrentHashMap<>();

  /**
   * @param workers who looks at a shard
   */
  WatchedLooks(Function<String, FailoverWorker> workers) {
    this.workers = workers;
  }

  /** Begins to take note anew. */
  void clear() {
    beganNanos.clear();
  }

  int looks(String shard) {
    return began(shard).size();
  }

  /** The median time between the beginnings of two looks at one of the shards. */
  Duration interval(Collection<String> shards) {
    List<Long> gaps = new ArrayList<>();
    for (String shard : shards) {
      List<Long> began = began(shard);
      for (int i = 1; i < began.size(); i++) {
        gaps.add(began.get(i) - began.get(i - 1));
      }
    }
    gaps.sort(Long::compare);
    return Duration.ofNanos(gaps.get(gaps.size() / 2));
  }

  private List<Long> began(String shard) {
    List<Long> began = beganNanos.getOrDefault(shard, List.of());
    synchronized (began) {
      return List.copyOf(began);
    }
  }

  @Override
  public FailoverInput run(String shard, FailoverEffect effect) throws InterruptedException {
    if (effect instanceof FailoverEffect.Observe) {
      List<Long> began = beganNanos.computeIfAbsent(shard, _ -> new ArrayList<>());
      synchronized (began) {
        began.add(System.nanoTime());
      }
    }
    return workers.apply(shard).run(shard, effect);
  }

  @Override
  public Duration timeLimit(FailoverEffect effect) {
    return workers.apply("").timeLimit(effect);
  }

  @Override
  public FailoverInput failed(String shard, FailoverEffect effect, EffectFailure failure) {
    return workers.apply(shard).failed(shard, effect, failure);
  }

  @Override
  public Lane lane(FailoverEffect effect) {
    return workers.apply("").lane(effect);
  }

  @Override
  public Optional<String> subject(FailoverEffect effect) {
    return workers.apply("").subject(effect);
  }

  @Override
  public boolean serves(FailoverEffect running, FailoverEffect asked) {
    return workers.apply("").serves(running, asked);
  }
}
