package io.reseed.coordinator;

import io.reseed.fleet.FailureCode;

/**
 * Why an effect did not return a result. Whether it changed anything outside is not known.
 *
 * @param cause what happened
 * @param message for people
 */
public record EffectFailure(Cause cause, String message) {

  /** What happened to the effect. */
  public enum Cause {
    /** It threw. */
    THREW,
    /** It was interrupted at its {@link EffectRunner#timeLimit}. */
    TIMED_OUT
  }

  /** As a published code. */
  public FailureCode code() {
    return switch (cause) {
      case THREW -> FailureCode.INTERNAL;
      case TIMED_OUT -> FailureCode.ASKING_FAILED;
    };
  }
}
