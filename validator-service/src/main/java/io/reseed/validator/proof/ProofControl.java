package io.reseed.validator.proof;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.Progress;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingProgress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the agent and the work towards one goal tell one another. Thread-safe. */
final class ProofControl implements JobMonitor {
  private final ProofGoal goal;
  private volatile SeedingAssigned assignment;
  private volatile boolean cancelled;
  private volatile boolean announced;
  private volatile Progress progress = new Progress(0, 0, 0);
  private volatile @Nullable String note;

  ProofControl(ProofGoal goal, SeedingAssigned assignment) {
    this.goal = goal;
    this.assignment = assignment;
  }

  ProofGoal goal() {
    return goal;
  }

  /** The newest wish of this attempt; it may name another primary than before. */
  SeedingAssigned assignment() {
    return assignment;
  }

  void reassign(SeedingAssigned newer) {
    assignment = newer;
  }

  /** Nobody wants it any longer, or that cannot be known: it ends without another step. */
  void cancel() {
    cancelled = true;
  }

  @Override
  public boolean cancelled() {
    return cancelled;
  }

  @Override
  public void progressed(Progress now) {
    progress = now;
  }

  /** Says what goes on beyond the numbers; null when nothing special does. */
  void note(@Nullable String text) {
    note = text;
  }

  /** The last note, for error messages. */
  String doing() {
    String text = note;
    return text == null ? "while nothing was done to it" : text;
  }

  /** What came of the goal was announced. */
  void announced() {
    announced = true;
  }

  boolean isAnnounced() {
    return announced;
  }

  /**
   * A sign of life, while there is something to wait for.
   *
   * @param ratePerSecond of bytes
   */
  Optional<SeedingProgress> sign(long ratePerSecond) {
    if (announced || cancelled) {
      return Optional.empty();
    }
    SeedingAssigned wish = assignment;
    Progress now = progress;
    return Optional.of(
        new SeedingProgress(
            wish.shard(),
            wish.seeding(),
            wish.attempt(),
            wish.purpose(),
            wish.host(),
            goal.stage(),
            SeedingProgress.Unit.BYTES,
            now.bytesDone(),
            now.bytesTotal(),
            ratePerSecond,
            note));
  }

  long bytesDone() {
    return progress.bytesDone();
  }
}
