package io.reseed.restore;

import io.reseed.agent.JobControl;
import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import io.reseed.events.SeedingAssigned;
import java.util.function.Consumer;

/** A job's control as a restore from a backup knows it. */
record RestoreMonitor(JobControl<SeedingAssigned> control, Consumer<Progress> further)
    implements JobMonitor {
  @Override
  public void progressed(Progress now) {
    control.progressed(now.bytesDone(), now.bytesTotal());
    further.accept(now);
  }

  @Override
  public boolean cancelled() {
    return control.cancelled();
  }
}
