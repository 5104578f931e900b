package io.reseed.coordinator;

import io.reseed.coordinator.ToyMachine.Event;
import io.reseed.coordinator.ToyMachine.Input;
import io.reseed.coordinator.ToyMachine.Toy;
import io.reseed.coordinator.ToyMachine.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Orders work per shard: each order is one effect, answered or expired after a while. */
final class ToyMachine implements ShardMachine<Toy, Input, Event, Work> {
  /** Longer than any test waits: nothing is to expire where real time passes. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  /**
   * A shard's orders.
   *
   * @param pendingUntilMillis by order, when it expires
   */
  record Toy(Map<String, Long> pendingUntilMillis, List<String> done) {
    Toy with(String order, long untilMillis) {
      Map<String, Long> pending = new TreeMap<>(pendingUntilMillis);
      pending.put(order, untilMillis);
      return new Toy(pending, done);
    }

    Toy without(String order) {
      Map<String, Long> pending = new TreeMap<>(pendingUntilMillis);
      pending.remove(order);
      List<String> more = new ArrayList<>(done);
      more.add(order);
      return new Toy(pending, more);
    }
  }

  sealed interface Input {
    record Order(String id) implements Input {}

    record Forget() implements Input {}

    record Break() implements Input {}

    record BreakLate() implements Input {}

    record Answer(String id, String outcome) implements Input {}

    record Resume() implements Input {}

    record Tick() implements Input {}
  }

  sealed interface Event {
    record Ordered(String id, long untilMillis) implements Event {}

    record Ended(String id, String outcome) implements Event {}

    record Forgotten() implements Event {}

    record Unpublishable() implements Event {}
  }

  /** The one effect. */
  record Work(String id) {}

  @Override
  public Toy initial(String shard) {
    return new Toy(Map.of(), List.of());
  }

  @Override
  public Decision<Event, Work> decide(Toy state, Input input, Instant now) {
    return switch (input) {
      case Input.Order(String id) -> order(state, id, now);
      case Input.Answer(String id, String outcome) ->
          state.pendingUntilMillis().containsKey(id)
              ? new Decision<>(List.of(new Event.Ended(id, outcome)), List.of())
              : Decision.nothing();
      case Input.Resume() ->
          new Decision<>(
              List.of(), state.pendingUntilMillis().keySet().stream().map(Work::new).toList());
      case Input.Tick() -> new Decision<>(expired(state, now), List.of());
      case Input.Forget() -> new Decision<>(List.of(new Event.Forgotten()), List.of());
      case Input.Break() -> throw new IllegalStateException("broken on purpose");
      case Input.BreakLate() ->
          new Decision<>(
              List.of(new Event.Ordered("late", 0), new Event.Unpublishable()),
              List.of(new Work("late")));
    };
  }

  private static Decision<Event, Work> order(Toy state, String id, Instant now) {
    if (state.pendingUntilMillis().containsKey(id) || state.done().contains(id)) {
      return Decision.nothing();
    }
    Event ordered = new Event.Ordered(id, now.plus(PATIENCE).toEpochMilli());
    return new Decision<>(List.of(ordered), List.of(new Work(id)));
  }

  private static List<Event> expired(Toy state, Instant now) {
    List<Event> expired = new ArrayList<>();
    state
        .pendingUntilMillis()
        .forEach(
            (id, until) -> {
              if (until <= now.toEpochMilli()) {
                expired.add(new Event.Ended(id, "expired"));
              }
            });
    return expired;
  }

  @Override
  public Toy apply(Toy state, Event event) {
    return switch (event) {
      case Event.Ordered(String id, long untilMillis) -> state.with(id, untilMillis);
      case Event.Ended(String id, String _) -> state.without(id);
      case Event.Forgotten() -> new Toy(Map.of(), List.of());
      case Event.Unpublishable() -> state;
    };
  }

  @Override
  public Input resumed() {
    return new Input.Resume();
  }

  @Override
  public Input timerFired() {
    return new Input.Tick();
  }

  @Override
  public Optional<Instant> wakeAt(Toy state) {
    return state.pendingUntilMillis().values().stream()
        .min(Long::compare)
        .map(Instant::ofEpochMilli);
  }
}
