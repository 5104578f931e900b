package io.reseed.coordinator;

/**
 * In which line an effect waits for its turn. Each lane has places of its own, so that what takes
 * long in one never keeps another waiting.
 */
public enum Lane {
  /** Changes something, or finds out what somebody waits for. */
  WORK(1),
  /** A look that news asked for, or that decides whether something is lost. */
  INCIDENT(1),
  /** A look at what answered the last time; it takes a moment. */
  ROUTINE(1),
  /** A look at what did not answer the last time; it may take until its time limit, in waiting. */
  DOUBTFUL(4);

  private final int widths;

  Lane(int widths) {
    this.widths = widths;
  }

  /** How many of its effects run at one time. */
  int places(RuntimeConfig.Limits limits) {
    return widths * limits.effectsRunningMax();
  }

  /** Whether an effect that overstays its welcome in the lane may be one that only waits. */
  boolean mayLinger() {
    return switch (this) {
      case INCIDENT, ROUTINE -> true;
      case WORK, DOUBTFUL -> false;
    };
  }
}
