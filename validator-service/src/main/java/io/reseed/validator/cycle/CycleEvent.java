package io.reseed.validator.cycle;

import io.reseed.events.Assignment;
import io.reseed.events.BackupPolicy;
import io.reseed.events.BackupStatus;
import io.reseed.events.BackupValidated;
import io.reseed.events.CycleKind;
import io.reseed.events.ProofAssigned;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.StageTime;
import io.reseed.events.ValidationFailed;
import io.reseed.events.check.CheckPlan;
import io.reseed.fleet.Failure;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has been decided; the only thing that changes a state. */
sealed interface CycleEvent {

  /** What happened to the attempt in flight. */
  sealed interface OfAttempt extends CycleEvent {}

  /**
   * An instance took the shard up: how long ago anything was, nobody knows. What is waited for is
   * waited for anew, and nothing until later than {@code latest}.
   */
  record TakenUp(Instant at, Instant latest) implements CycleEvent {}

  /** The shard's servers changed. */
  record ShardChanged(Topology topology) implements CycleEvent {}

  /** The shard is out of our care. */
  record ShardForgotten() implements CycleEvent {}

  /** The shard's backups shall be made otherwise. */
  record PolicyChanged(@Nullable BackupPolicy policy) implements CycleEvent {}

  /** A look at the repository went out. */
  record ListingAsked() implements CycleEvent {}

  /** The repository was read. */
  record ListingRead(List<BackupStatus.Backup> backups, Instant nextReadAt) implements CycleEvent {
    /** Copies. */
    public ListingRead {
      backups = List.copyOf(backups);
    }
  }

  /** The repository could not be read. */
  record ListingFailed(Failure failure, Instant nextReadAt) implements CycleEvent {}

  /** Somebody asked for something, for the first time. */
  record RequestSeen(String request) implements CycleEvent {}

  /** A cycle is wanted. */
  record OrderPlaced(Schedule.Order order) implements CycleEvent {}

  /** What was wanted cannot be done. */
  record OrderRefused(Schedule.Order order, ValidationFailed announcement, Instant at)
      implements CycleEvent {}

  /**
   * A cycle is begun.
   *
   * @param order which asked for it, if one did
   */
  record CycleBegun(Plan plan, Schedule.@Nullable Order order) implements CycleEvent {}

  /** The cycle is not needed any longer, and no attempt is out. */
  record CycleDropped() implements CycleEvent {}

  /** A look for a place went out. */
  record PlaceAsked() implements CycleEvent {}

  /** Something is missing; looked for again at {@code retryAt}. */
  record Blocked(Failure failure, Instant retryAt) implements CycleEvent {}

  /** The world changed: look again now. */
  record Retried() implements CycleEvent {}

  /** An attempt goes to a host. */
  record AttemptAssigned(
      SeedingAssigned assignment, CheckPlan checks, Plan.Aim aim, Instant timeoutAt, Instant at)
      implements OfAttempt {}

  /** The attempt's assignment names another primary or source. */
  record Repointed(Assignment assignment, Instant at) implements OfAttempt {}

  /** A sign of life came. */
  record ProgressSeen(Cycle.Life life) implements OfAttempt {}

  /** A stage of the attempt ended well. */
  record StageEnded(Proof proof, StageTime time) implements OfAttempt {}

  /** The server caught up: check it. */
  record CheckOrdered(ProofAssigned assignment, Instant timeoutAt, Instant at)
      implements OfAttempt {}

  /** The server is right: stop it and snapshot it. */
  record SnapshotOrdered(ProofAssigned assignment, Instant timeoutAt, Instant at)
      implements OfAttempt {}

  /** The backup stands. */
  record BackupMade(BackupStatus.Backup backup) implements OfAttempt {}

  /** The new backup is to be read back. */
  record ReadBackOrdered(ProofAssigned assignment, Plan.Prior made, Instant timeoutAt, Instant at)
      implements OfAttempt {}

  /** All that the cycle was begun for is done; the dedicated server is not needed any longer. */
  record CycleSucceeded(Assignment assignment, CycleKind kind, Instant at) implements OfAttempt {}

  /** The attempt failed; another follows at {@code retryAt}. */
  record AttemptFailed(Assignment assignment, Failure failure, Instant retryAt)
      implements OfAttempt {}

  /** The cycle's last attempt failed; another cycle follows at {@code retryAt}. */
  record CycleFailed(Assignment assignment, ValidationFailed announcement, Next next, Instant at)
      implements OfAttempt {
    Failure failure() {
      return announcement.failure();
    }
  }

  /** What follows a failed cycle. */
  record Next(CycleKind kind, Instant retryAt) {}

  /** The new backup could not be read back, for no fault of its own; a cycle follows soon. */
  record ReadBackFailed(
      Assignment assignment, ValidationFailed announcement, Instant soonAt, Instant at)
      implements OfAttempt {}

  /** What the attempt restored cannot be used with the present primary, for no fault of its own. */
  record PriorUnusable(Assignment assignment, ValidationFailed announcement, Instant at)
      implements OfAttempt {}

  /**
   * A backup must not be used any longer.
   *
   * @param attempt which showed it; absent when it was found outside of the cycle
   * @param freshNotBefore when a fresh cycle may follow; absent: at once
   */
  record Condemned(
      @Nullable Assignment attempt,
      ValidationFailed announcement,
      @Nullable Instant freshNotBefore,
      Instant at)
      implements CycleEvent {}

  /** Somebody says that a backup is bad. */
  record BackupSuspected(Suspicions.Suspicion suspicion) implements CycleEvent {}

  /** A backup that was said to be bad is not; others are not examined before {@code notBefore}. */
  record BackupAcquitted(String backup, Instant notBefore) implements CycleEvent {}

  /** What a backup is worth; not yet in the repository. */
  record VerdictDecided(PendingVerdicts.Decided verdict) implements CycleEvent {}

  /** The writing of the first verdict went out. */
  record VerdictAsked() implements CycleEvent {}

  /**
   * The first verdict stands.
   *
   * @param announcement for a validated backup
   */
  record VerdictRecorded(
      PendingVerdicts.Decided verdict, @Nullable BackupValidated announcement, Instant at)
      implements CycleEvent {}

  /** The first verdict could not be written; tried again at {@code retryAt}. */
  record VerdictRefused(Failure failure, Instant retryAt) implements CycleEvent {}

  /** The backup of the first verdict is gone. */
  record VerdictDropped(PendingVerdicts.Decided verdict) implements CycleEvent {}

  /** The writing of the first verdict may have got lost: again now. */
  record VerdictRetried() implements CycleEvent {}

  /** The attempt is not wanted any longer. */
  record AttemptWithdrawn(Assignment assignment) implements OfAttempt {}

  /** What people are shown changed. */
  record StatusChanged(Instant at) implements CycleEvent {}
}
