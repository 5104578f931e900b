package io.reseed.agent;

import java.util.function.Function;

/**
 * What shall become of one job, as far as it is known now.
 *
 * @param <T> what an assignment asks for
 */
public sealed interface Desired<T> {
  /** The assignments are not known, or say nothing of the job that counts: conclude nothing. */
  record Unknown<T>() implements Desired<T> {}

  /** The job's attempt is the assigned one, on this host. */
  record Assigned<T>(T assignment) implements Desired<T> {}

  /** Nobody wants it any longer; says why. */
  record Gone<T>(String reason) implements Desired<T> {}

  /** Another view of what is asked for. */
  default <U> Desired<U> map(Function<T, U> view) {
    return switch (this) {
      case Unknown<T> _ -> new Unknown<>();
      case Assigned<T> assigned -> new Assigned<>(view.apply(assigned.assignment()));
      case Gone<T> gone -> new Gone<>(gone.reason());
    };
  }
}
