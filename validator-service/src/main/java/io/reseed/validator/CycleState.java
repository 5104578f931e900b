package io.reseed.validator;

import io.reseed.validator.Cycle.Exhausted;
import io.reseed.validator.Cycle.Idle;
import io.reseed.validator.Cycle.Making;
import io.reseed.validator.Cycle.Seeking;
import io.reseed.validator.Cycle.Snapshotting;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One shard's backup pipeline.
 *
 * @param topology the shard's servers; absent while the shard is not in our care
 */
record CycleState(@Nullable Topology topology, Listing listing, Cycle cycle, Tally tally) {
  static final CycleState EMPTY = new CycleState(null, Listing.NONE, new Idle(), Tally.ZERO);

  /** How cycles ended so far. */
  record Tally(long backupsMade, long attemptsFailed, long cyclesFailed) {
    static final Tally ZERO = new Tally(0, 0, 0);

    Tally backupMade() {
      return new Tally(backupsMade + 1, attemptsFailed, cyclesFailed);
    }

    Tally attemptFailed() {
      return new Tally(backupsMade, attemptsFailed + 1, cyclesFailed);
    }

    Tally cycleFailed() {
      return new Tally(backupsMade, attemptsFailed + 1, cyclesFailed + 1);
    }
  }

  /** The state after an event; one that does not fit changes nothing. */
  CycleState after(CycleEvent event) {
    return switch (event) {
      case CycleEvent.ShardChanged changed ->
          new CycleState(changed.topology(), listing, cycle, tally);
      case CycleEvent.ShardForgotten _ -> new CycleState(null, Listing.NONE, new Idle(), tally);
      case CycleEvent.ListingAsked _ -> with(listing.asked());
      case CycleEvent.ListingRead read -> with(listing.read(read.backups(), read.lookAt()));
      case CycleEvent.ListingFailed failed ->
          with(listing.failed(failed.failure(), failed.lookAt()));
      case CycleEvent.CycleBegun begun -> with(begun(begun.plan()));
      case CycleEvent.CycleDropped _ -> with(dropped());
      case CycleEvent.PlaceAsked _ -> with(sought(Seeking::ask));
      case CycleEvent.Obstructed obstructed ->
          with(sought(s -> s.obstructed(obstructed.failure(), obstructed.retryAt())));
      case CycleEvent.LookedAgain _ -> with(sought(Seeking::lookAgain));
      case CycleEvent.AttemptAssigned assigned -> with(assigned(assigned));
      case CycleEvent.Repointed repointed -> with(repointed(repointed));
      case CycleEvent.LifeHeard heard -> with(heard(heard.life()));
      case CycleEvent.SnapshotOrdered ordered -> with(ordered(ordered));
      case CycleEvent.AttemptFailed failed -> with(failed(failed)).with(tally.attemptFailed());
      case CycleEvent.CycleFailed failed -> with(exhausted(failed)).with(tally.cycleFailed());
      case CycleEvent.BackupMade made ->
          with(created()).with(listing.with(made.backup())).with(tally.backupMade());
      case CycleEvent.AttemptWithdrawn _ -> with(withdrawn());
      case CycleEvent.PictureChanged _ -> this;
    };
  }

  private CycleState with(Listing newer) {
    return new CycleState(topology, newer, cycle, tally);
  }

  private CycleState with(Cycle newer) {
    return new CycleState(topology, listing, newer, tally);
  }

  private CycleState with(Tally newer) {
    return new CycleState(topology, listing, cycle, newer);
  }

  private Cycle sought(UnaryOperator<Seeking> step) {
    return cycle instanceof Seeking seeking ? step.apply(seeking) : cycle;
  }

  private Cycle begun(Plan plan) {
    return switch (cycle) {
      case Idle idle -> idle.begin(plan);
      case Exhausted exhausted -> exhausted.begin(plan);
      case Seeking _, Making _, Snapshotting _ -> cycle;
    };
  }

  private Cycle dropped() {
    return switch (cycle) {
      case Seeking seeking -> seeking.dropped();
      case Exhausted exhausted -> exhausted.dropped();
      case Idle _, Making _, Snapshotting _ -> cycle;
    };
  }

  private Cycle assigned(CycleEvent.AttemptAssigned event) {
    return cycle instanceof Seeking seeking
        ? seeking.assigned(event.assignment(), event.silentAt())
        : cycle;
  }

  private Cycle ordered(CycleEvent.SnapshotOrdered event) {
    return cycle instanceof Making making
        ? making.caughtUp(event.assignment(), event.silentAt())
        : cycle;
  }

  private Cycle created() {
    return cycle instanceof Snapshotting snapshotting ? snapshotting.created() : cycle;
  }

  private Cycle repointed(CycleEvent.Repointed event) {
    return switch (cycle) {
      case Making making -> making.repointed(event.assignment());
      case Snapshotting snapshotting -> snapshotting.repointed(event.assignment());
      case Idle _, Seeking _, Exhausted _ -> cycle;
    };
  }

  private Cycle heard(Cycle.Life life) {
    return switch (cycle) {
      case Making making -> making.heard(life);
      case Snapshotting snapshotting -> snapshotting.heard(life);
      case Idle _, Seeking _, Exhausted _ -> cycle;
    };
  }

  private Cycle failed(CycleEvent.AttemptFailed event) {
    return switch (cycle) {
      case Making making -> making.failed(event.failure(), event.retryAt());
      case Snapshotting snapshotting -> snapshotting.failed(event.failure(), event.retryAt());
      case Idle _, Seeking _, Exhausted _ -> cycle;
    };
  }

  private Cycle exhausted(CycleEvent.CycleFailed event) {
    return switch (cycle) {
      case Making making -> making.exhausted(event.failure(), event.retryAt());
      case Snapshotting snapshotting -> snapshotting.exhausted(event.failure(), event.retryAt());
      case Idle _, Seeking _, Exhausted _ -> cycle;
    };
  }

  private Cycle withdrawn() {
    return switch (cycle) {
      case Making making -> making.withdrawn();
      case Snapshotting snapshotting -> snapshotting.withdrawn();
      case Idle _, Seeking _, Exhausted _ -> cycle;
    };
  }
}
