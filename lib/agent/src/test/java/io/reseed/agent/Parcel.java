package io.reseed.agent;

/** A job of the smallest possible agent: something is carried to its place, and handed over. */
record Parcel(JobId id, State state) implements HostJob {

  /** How far it is. */
  enum State {
    TAKEN,
    CARRIED,
    KEPT
  }

  Parcel with(State next) {
    return new Parcel(id, next);
  }

  @Override
  public String stateName() {
    return state.name();
  }
}
