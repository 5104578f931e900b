package io.reseed.restore;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the agent and an action under way tell one another. Thread-safe. */
final class JobControl {
  private volatile boolean cancelled;
  private volatile Progress progress = new Progress(0, 0, 0);
  private volatile @Nullable String note;

  /** Asks the action to end soon. */
  void cancel() {
    cancelled = true;
  }

  boolean cancelled() {
    return cancelled;
  }

  void progressed(Progress now) {
    progress = now;
  }

  Progress progress() {
    return progress;
  }

  /** Says what goes on beyond the numbers; null when nothing special does. */
  void note(@Nullable String text) {
    note = text;
  }

  @Nullable String note() {
    return note;
  }

  /** This control as a restore knows it. */
  record Watch(JobControl control, Consumer<Progress> further) implements JobMonitor {
    @Override
    public void progressed(Progress now) {
      control.progressed(now);
      further.accept(now);
    }

    @Override
    public boolean cancelled() {
      return control.cancelled();
    }
  }
}
