package io.reseed.validator.proof;

import io.reseed.agent.JobControl;
import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import io.reseed.events.ProofAssigned;
import io.reseed.events.ProofAssigned.Goal;
import org.jspecify.annotations.Nullable;

/** A step's control as the work towards one goal knows it. Thread-safe. */
record ProofControl(Goal goal, JobControl<ProofAssigned> control) implements JobMonitor {

  /** The newest assignment of this attempt; it may name another primary than before. */
  ProofAssigned assignment() {
    return control
        .assignment()
        .orElseThrow(() -> new IllegalStateException("nothing is assigned for goal " + goal));
  }

  @Override
  public boolean cancelled() {
    return control.cancelled();
  }

  @Override
  public void progressed(Progress now) {
    control.progressed(now.bytesDone(), now.bytesTotal());
  }

  /** Says what goes on beyond the numbers; null when nothing special does. */
  void note(@Nullable String text) {
    control.note(text);
  }

  /** The last note, for error messages. */
  String doing() {
    String text = control.note();
    return text == null ? "while nothing was done to it" : text;
  }
}
