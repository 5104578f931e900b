package io.reseed.coordinator.hosts;

import io.reseed.events.Topic;
import io.reseed.events.WorkPaused;
import io.reseed.fleet.PauseScope;
import io.reseed.fleet.ShardName;
import io.reseed.kafka.FollowedTopic;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Where operators want nothing new to be begun, as the topic says it now. Thread-safe. */
final class Pauses implements AutoCloseable {
  private final FollowedTopic<WorkPaused> topic;
  private final InstantSource clock;

  Pauses(FollowedTopic.Source source, InstantSource clock) {
    this.clock = clock;
    topic =
        FollowedTopic.open(
            source,
            new FollowedTopic.Subject<>(Topic.WORK_PAUSED, WorkPaused.class),
            new FollowedTopic.Listener<>() {});
  }

  /** Why they are not known, if so: then nothing may be begun. */
  Optional<String> trouble() {
    return topic.trouble();
  }

  boolean known() {
    return topic.snapshot().isPresent();
  }

  Optional<WorkPaused> of(ShardName shard) {
    return first(scope -> scope.holds(shard));
  }

  Optional<WorkPaused> ofHost(String host) {
    return first(scope -> scope.equals(new PauseScope(PauseScope.Kind.HOST, host)));
  }

  private Optional<WorkPaused> first(Predicate<PauseScope> scope) {
    return topic.snapshot().orElseGet(Map::of).values().stream()
        .filter(pause -> scope.test(pause.scope()) && pause.holdsAt(clock.instant()))
        .findFirst();
  }

  @Override
  public void close() {
    topic.close();
  }
}
