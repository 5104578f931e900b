package io.reseed.validator.proof;

import io.reseed.events.Event;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingStage;
import io.reseed.validator.proof.ProofJob.Begun;
import io.reseed.validator.proof.ProofJob.Checked;
import io.reseed.validator.proof.ProofJob.Committed;
import io.reseed.validator.proof.ProofJob.Failed;
import io.reseed.validator.proof.ProofJob.Noted;
import io.reseed.validator.proof.ProofJob.ReadBack;
import io.reseed.validator.proof.ProofJob.State;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The goals of wishes that the host agent works towards, in their order. */
enum ProofGoal {
  CHECK(SeedingStage.CHECK),
  SNAPSHOT(SeedingStage.SNAPSHOT),
  READ_BACK(SeedingStage.READ_BACK);

  private final SeedingStage stage;

  ProofGoal(SeedingStage stage) {
    this.stage = stage;
  }

  /** As signs of life and failures name it. */
  SeedingStage stage() {
    return stage;
  }

  /** What a wish asks of this agent; empty when it is others' work. */
  static Optional<ProofGoal> of(Goal goal) {
    return switch (goal) {
      case MAKE, KEEP -> Optional.empty();
      case CHECK -> Optional.of(CHECK);
      case SNAPSHOT -> Optional.of(SNAPSHOT);
      case READ_BACK -> Optional.of(READ_BACK);
    };
  }

  /** Whether nothing is left to do for it. */
  boolean isReached(State state) {
    return switch (state) {
      case Begun _ -> false;
      case Checked _, Noted _ -> this == CHECK;
      case Committed _ -> this != READ_BACK;
      case ReadBack _, Failed _ -> true;
    };
  }

  /**
   * What the coordinator waits for; empty when the job went on beyond this goal, which it did only
   * after the report of this one had been read.
   */
  Optional<Event> report(ProofJob job, SeedingAssigned wish) {
    return switch (job.state()) {
      case Failed failed -> Optional.of(failed(job, wish, failed));
      case Checked checked when this == CHECK -> Optional.of(checked.report());
      case Committed committed when this == SNAPSHOT -> Optional.of(committed.announcement());
      case ReadBack readBack when this == READ_BACK -> Optional.of(readBack.report());
      case Begun _, Checked _, Noted _, Committed _, ReadBack _ -> Optional.empty();
    };
  }

  private static SeedingFailed failed(ProofJob job, SeedingAssigned wish, Failed failed) {
    return new SeedingFailed(
        wish.shard(),
        wish.seeding(),
        wish.attempt(),
        wish.purpose(),
        wish.host(),
        failed.stage(),
        failed.failure(),
        failed.stage() == SeedingStage.READ_BACK ? job.backup() : originBackup(wish));
  }

  /** The backup that the wish's server was made from, if it was made from one. */
  static @Nullable String originBackup(SeedingAssigned wish) {
    return wish.origin() instanceof SeedingOrigin.Backup origin ? origin.backup() : null;
  }
}
