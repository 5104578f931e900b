package io.reseed.validator;

import io.reseed.coordinator.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Gathers one decision; each event is applied at once, so that later steps see its outcome. */
final class Steps {
  private final List<CycleEvent> events = new ArrayList<>();
  private final List<CycleEffect> effects = new ArrayList<>();
  private final Instant now;
  private CycleState state;

  Steps(CycleState state, Instant now) {
    this.state = state;
    this.now = now;
  }

  CycleState state() {
    return state;
  }

  Instant now() {
    return now;
  }

  void add(CycleEvent event) {
    events.add(event);
    state = state.after(event);
  }

  void act(CycleEffect effect) {
    effects.add(effect);
  }

  Decision<CycleEvent, CycleEffect> decision() {
    return new Decision<>(events, effects);
  }
}
