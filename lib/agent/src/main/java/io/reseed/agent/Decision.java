package io.reseed.agent;

import io.reseed.events.Event;
import java.time.Duration;

/**
 * What to do about one job: first make {@code next} durable if it differs, then act.
 *
 * @param next the job from now on
 * @param <S> the agent's steps
 */
public record Decision<J extends HostJob, S>(J next, Act<S> act) {

  /** What follows. */
  public sealed interface Act<S> {
    /** Nothing, until something changes. */
    record Rest<S>() implements Act<S> {}

    /** Nothing, but decide again after a while. */
    record Wait<S>(Duration pause) implements Act<S> {}

    /** Take a step; it may be repeated after a crash in its middle. */
    record Begin<S>(S step) implements Act<S> {}

    /** Publish what the coordinator waits for, until Kafka has it. */
    record Report<S>(Event event) implements Act<S> {}

    /** Tell what is under way to stop. */
    record Cancel<S>() implements Act<S> {}

    /** Remove the job's file and folder: nothing else of it is left. */
    record Forget<S>() implements Act<S> {}
  }
}
