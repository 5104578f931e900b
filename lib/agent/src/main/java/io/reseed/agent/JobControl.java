package io.reseed.agent;

import io.reseed.events.Assignment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the agent and a step under way tell one another. Thread-safe. */
public final class JobControl<A extends Assignment> {
  private volatile @Nullable A assignment;
  private volatile boolean cancelled;
  private volatile Progress progress = new Progress(0, 0);
  private volatile @Nullable String note;

  /** How far a step is. */
  record Progress(long bytesDone, long bytesTotal) {}

  /** A control of a step; the assignment is absent where a step undoes what nobody wants. */
  public JobControl(@Nullable A assignment) {
    this.assignment = assignment;
  }

  /** The newest assignment of this attempt; it may name another primary than before. */
  public Optional<A> assignment() {
    return Optional.ofNullable(assignment);
  }

  void reassign(A newer) {
    assignment = newer;
  }

  /** Asks the step to end soon. */
  void cancel() {
    cancelled = true;
  }

  /** Whether the step shall end soon, without another action. */
  public boolean cancelled() {
    return cancelled;
  }

  /** Says how far it is. */
  public void progressed(long bytesDone, long bytesTotal) {
    progress = new Progress(bytesDone, bytesTotal);
  }

  Progress progress() {
    return progress;
  }

  /** How many bytes are done. */
  public long bytesDone() {
    return progress.bytesDone();
  }

  /** Says what goes on beyond the numbers; null when nothing special does. */
  public void note(@Nullable String text) {
    note = text;
  }

  /** What was noted last. */
  public @Nullable String note() {
    return note;
  }
}
