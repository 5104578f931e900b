package io.reseed.agent;

import io.reseed.events.Assignment;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * Decides about the jobs of one kind of agent. Called by one thread; never held up.
 *
 * @param <A> the assignments that it works towards
 * @param <J> its jobs
 * @param <S> its steps
 * @param <R> what steps bring
 */
public interface JobMachine<A extends Assignment, J extends HostJob, S, R> {

  /** A job for an assignment to this host that is not known yet; empty when it is others' work. */
  Optional<J> accept(A assignment, Instant now);

  /**
   * As {@link #accept} where a job file is there that cannot be read. The file stays as it is, and
   * the job that this returns is kept in memory only.
   */
  default Optional<J> acceptUnreadable(A assignment, String reason, Instant now) {
    return Optional.empty();
  }

  /**
   * What to do about a job now; asked again whenever something may have changed.
   *
   * @param others all other jobs of the host
   */
  Decision<J, S> decide(J job, Desired<A> desired, Observation<R> observed, Collection<J> others);

  /**
   * Whether what the job made was handed over, so that no assignment can lead to its removal any
   * more.
   */
  boolean isHandedOver(J job);
}
