package io.reseed.catchup;

import io.reseed.coordinator.Decision;
import java.util.ArrayList;
import java.util.List;

/** Gathers one decision; each event is applied at once, so that later steps see its outcome. */
final class Steps {
  private final CatchUpMachine machine;
  private final List<CatchUpEvent> events = new ArrayList<>();
  private final List<CatchUpEffect> effects = new ArrayList<>();
  private CatchUpState state;

  Steps(CatchUpMachine machine, CatchUpState state) {
    this.machine = machine;
    this.state = state;
  }

  CatchUpState state() {
    return state;
  }

  void add(CatchUpEvent event) {
    events.add(event);
    state = machine.apply(state, event);
  }

  void act(CatchUpEffect effect) {
    effects.add(effect);
  }

  Decision<CatchUpEvent, CatchUpEffect> decision() {
    return new Decision<>(events, effects);
  }
}
