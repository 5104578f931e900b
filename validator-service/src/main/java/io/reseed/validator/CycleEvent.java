package io.reseed.validator;

import io.reseed.events.BackupStatus;
import io.reseed.events.Failure;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.ValidationFailed;
import java.time.Instant;
import java.util.List;

/** What has been decided; the only thing that changes a state. */
sealed interface CycleEvent {

  /** The shard's servers changed. */
  record ShardChanged(Topology topology) implements CycleEvent {}

  /** The shard is out of our care. */
  record ShardForgotten() implements CycleEvent {}

  /** A look at the repository went out. */
  record ListingAsked() implements CycleEvent {}

  /** The repository was read. */
  record ListingRead(List<BackupStatus.Backup> backups, Instant lookAt) implements CycleEvent {
    /** Copies. */
    public ListingRead {
      backups = List.copyOf(backups);
    }
  }

  /** The repository could not be read. */
  record ListingFailed(Failure failure, Instant lookAt) implements CycleEvent {}

  /** A fresh full cycle is begun. */
  record CycleBegun(Plan plan) implements CycleEvent {}

  /** The cycle is not needed any longer, and no attempt is out. */
  record CycleDropped() implements CycleEvent {}

  /** A look for a place went out. */
  record PlaceAsked() implements CycleEvent {}

  /** Something is missing; looked for again at {@code retryAt}. */
  record Obstructed(Failure failure, Instant retryAt) implements CycleEvent {}

  /** The world changed: look again now. */
  record LookedAgain() implements CycleEvent {}

  /** An attempt goes to a host. */
  record AttemptAssigned(SeedingAssigned assignment, String reason, Instant silentAt, Instant at)
      implements CycleEvent {}

  /** The attempt's wish names another primary or source. */
  record Repointed(SeedingAssigned assignment, Instant at) implements CycleEvent {}

  /** A sign of life came. */
  record LifeHeard(Cycle.Life life) implements CycleEvent {}

  /** The server caught up: stop it and snapshot it. */
  record SnapshotOrdered(SeedingAssigned assignment, Instant silentAt, Instant at)
      implements CycleEvent {}

  /** The attempt failed; another follows at {@code retryAt}. */
  record AttemptFailed(SeedingAssigned assignment, Failure failure, Instant retryAt)
      implements CycleEvent {}

  /** The cycle's last attempt failed; another cycle follows at {@code retryAt}. */
  record CycleFailed(
      SeedingAssigned assignment, ValidationFailed announcement, Instant retryAt, Instant at)
      implements CycleEvent {
    Failure failure() {
      return announcement.failure();
    }
  }

  /** The backup stands; the dedicated server is not needed any longer. */
  record BackupMade(SeedingAssigned assignment, BackupStatus.Backup backup) implements CycleEvent {}

  /** The attempt is not wanted any longer. */
  record AttemptWithdrawn(SeedingAssigned assignment) implements CycleEvent {}

  /** What people are shown changed. */
  record PictureChanged(Instant at) implements CycleEvent {}
}
