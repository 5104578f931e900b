package io.reseed.validator.cycle;

import io.reseed.coordinator.StateCodec;
import io.reseed.events.BackupStatus;
import io.reseed.events.CycleKind;
import io.reseed.validator.cycle.Cycle.Active;
import io.reseed.validator.cycle.Cycle.Attempting;
import io.reseed.validator.cycle.Cycle.Checking;
import io.reseed.validator.cycle.Cycle.Exhausted;
import io.reseed.validator.cycle.Cycle.Idle;
import io.reseed.validator.cycle.Cycle.Making;
import io.reseed.validator.cycle.Cycle.ReadingBack;
import io.reseed.validator.cycle.Cycle.Seeking;
import io.reseed.validator.cycle.Cycle.Snapshotting;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One shard's backup pipeline.
 *
 * @param topology the shard's servers; absent while the shard is not in our care
 */
public record CycleState(
    @Nullable Topology topology,
    Listing listing,
    Cycle cycle,
    Counters counters,
    PendingVerdicts verdicts,
    Schedule schedule,
    Suspicions suspicions) {
  /** Raised by what an older version cannot go on with, see {@link StateCodec}. */
  static final int VERSION = 1;

  static final CycleState EMPTY =
      new CycleState(
          null,
          Listing.NONE,
          new Idle(),
          Counters.ZERO,
          PendingVerdicts.NONE,
          Schedule.EMPTY,
          Suspicions.NONE);

  /** Documents of the first release have neither verdicts nor a schedule, nor suspicions. */
  public CycleState {
    verdicts = Objects.requireNonNullElse(verdicts, PendingVerdicts.NONE);
    schedule = Objects.requireNonNullElse(schedule, Schedule.EMPTY);
    suspicions = Objects.requireNonNullElse(suspicions, Suspicions.NONE);
  }

  /** The shard's backups, with what was decided and does not stand in the repository yet. */
  KnownBackups backups() {
    return new KnownBackups(verdicts.over(listing.backups()));
  }

  /** The state after an event; one that does not fit changes nothing. */
  CycleState after(CycleEvent event) {
    return switch (event) {
      case CycleEvent.ShardChanged changed ->
          new CycleState(
              changed.topology(), listing, cycle, counters, verdicts, schedule, suspicions);
      case CycleEvent.TakenUp takenUp ->
          with(cycle.takenUp(takenUp.at(), takenUp.latest()))
              .with(schedule.takenUp(takenUp.at(), takenUp.latest()))
              .with(suspicions.takenUp(takenUp.at(), takenUp.latest()));
      case CycleEvent.ShardForgotten _ ->
          new CycleState(
              null,
              Listing.NONE,
              new Idle(),
              counters,
              PendingVerdicts.NONE,
              schedule.forgotten(),
              Suspicions.NONE);
      case CycleEvent.PolicyChanged changed -> with(schedule.declared(changed.policy()));
      case CycleEvent.ListingAsked _ -> with(listing.asked());
      case CycleEvent.ListingRead read ->
          with(listing.read(read.backups(), read.nextReadAt())).suspectedStill();
      case CycleEvent.ListingFailed failed ->
          with(listing.failed(failed.failure(), failed.nextReadAt()));
      case CycleEvent.RequestSeen seen -> with(schedule.seen(seen.request()));
      case CycleEvent.OrderPlaced placed -> with(schedule.with(placed.order()));
      case CycleEvent.OrderRefused refused -> with(schedule.without(refused.order()));
      case CycleEvent.CycleBegun begun ->
          with(begun(begun.plan())).with(schedule.begun(begun.plan(), begun.order()));
      case CycleEvent.CycleDropped _ -> with(dropped());
      case CycleEvent.PlaceAsked _ -> on(Seeking.class, Seeking::ask);
      case CycleEvent.Blocked blocked ->
          on(Seeking.class, s -> s.blocked(blocked.failure(), blocked.retryAt()));
      case CycleEvent.Retried _ -> on(Seeking.class, Seeking::retry);
      case CycleEvent.VerdictDecided decided ->
          with(verdicts.with(decided.verdict())).with(counted(decided.verdict())).suspectedStill();
      case CycleEvent.BackupSuspected suspected -> with(suspicions.with(suspected.suspicion()));
      case CycleEvent.BackupAcquitted acquitted ->
          with(suspicions.acquitted(acquitted.backup(), acquitted.notBefore()));
      case CycleEvent.VerdictAsked _ -> with(verdicts.askedNow());
      case CycleEvent.VerdictRecorded recorded ->
          with(verdicts.without(recorded.verdict().number()))
              .with(listing.with(recorded.verdict()));
      case CycleEvent.VerdictRefused refused ->
          with(verdicts.refused(refused.failure(), refused.retryAt()));
      case CycleEvent.VerdictDropped dropped ->
          with(verdicts.without(dropped.verdict().number()))
              .with(listing.without(dropped.verdict().backup().backup()))
              .suspectedStill();
      case CycleEvent.VerdictRetried _ -> with(verdicts.retry());
      case CycleEvent.Condemned condemned -> condemned(condemned);
      case CycleEvent.OfAttempt attempt -> after(attempt);
      case CycleEvent.StatusChanged _ -> this;
    };
  }

  private CycleState after(CycleEvent.OfAttempt event) {
    return switch (event) {
      case CycleEvent.AttemptAssigned assigned ->
          on(
              Seeking.class,
              s -> s.assigned(assigned.assignment(), assigned.checks(), assigned.timeoutAt()));
      case CycleEvent.Repointed repointed ->
          on(
              Active.class,
              a -> a.repointed(repointed.assignment().primary(), repointed.assignment().source()));
      case CycleEvent.ProgressSeen heard -> on(Active.class, a -> a.heard(heard.life()));
      case CycleEvent.StageEnded ended ->
          on(Active.class, a -> a.proven(ended.proof())).with(counters.ended(ended.time()));
      case CycleEvent.CheckOrdered ordered ->
          on(Making.class, m -> m.caughtUp(ordered.assignment(), ordered.timeoutAt()));
      case CycleEvent.SnapshotOrdered ordered ->
          on(Checking.class, c -> c.checked(ordered.assignment(), ordered.timeoutAt()));
      case CycleEvent.BackupMade made ->
          with(listing.with(made.backup())).with(counters.backupMade());
      case CycleEvent.ReadBackOrdered ordered ->
          on(
              Snapshotting.class,
              s -> s.created(ordered.assignment(), ordered.made(), ordered.timeoutAt()));
      case CycleEvent.CycleSucceeded succeeded ->
          with(succeeded()).with(schedule.succeeded(succeeded.kind(), succeeded.at()));
      case CycleEvent.AttemptFailed failed ->
          on(Attempting.class, a -> a.failed(failed.failure(), failed.retryAt()))
              .with(counters.attemptFailed());
      case CycleEvent.CycleFailed failed ->
          cycle.current().filter(Plan::ofSuspicion).isPresent()
              ? unexamined(failed).with(counters.cycleFailed())
              : on(Attempting.class, a -> exhausted(a, failed))
                  .with(counters.cycleFailed())
                  .with(schedule.failed(kind(), failed.at()));
      case CycleEvent.PriorUnusable unusable ->
          on(Attempting.class, Attempting::withdrawn)
              .with(
                  listing.unusable(
                      String.valueOf(unusable.announcement().backup()),
                      unusable.announcement().failure().message()));
      case CycleEvent.ReadBackFailed failed ->
          on(ReadingBack.class, ReadingBack::unread)
              .with(counters.cycleFailed())
              .with(schedule.failed(kind(), failed.at()).soon(failed.soonAt()));
      case CycleEvent.AttemptWithdrawn _ -> on(Active.class, Active::withdrawn);
    };
  }

  private static Exhausted exhausted(Attempting attempting, CycleEvent.CycleFailed failed) {
    CycleEvent.Next next = failed.next();
    return attempting.exhausted(failed.failure(), next.kind(), next.retryAt());
  }

  /** What somebody said keeps no cycle from its time. */
  private CycleState unexamined(CycleEvent.CycleFailed failed) {
    String backup = failed.announcement().backup();
    Suspicions later =
        suspicions.unexamined(backup, failed.failure().code(), failed.next().retryAt());
    return on(Attempting.class, Attempting::withdrawn).with(later);
  }

  private CycleState suspectedStill() {
    return with(suspicions.among(backups()));
  }

  private CycleState condemned(CycleEvent.Condemned event) {
    CycleState counted = with(counters.condemnedOne());
    return event.attempt() == null
        ? counted
        : counted
            .on(Active.class, Active::condemned)
            .with(schedule.condemned(kind(), event.at(), event.freshNotBefore()));
  }

  private Counters counted(PendingVerdicts.Decided verdict) {
    return verdict.degree() == BackupStatus.Degree.VALIDATED ? counters.validatedOne() : counters;
  }

  private CycleKind kind() {
    return cycle.current().map(Plan::kind).orElse(CycleKind.REGULAR);
  }

  private Cycle begun(Plan plan) {
    return switch (cycle) {
      case Idle idle -> idle.begin(plan);
      case Exhausted exhausted -> exhausted.begin(plan);
      case Seeking _, Active _ -> cycle;
    };
  }

  private Cycle dropped() {
    return switch (cycle) {
      case Seeking seeking -> seeking.dropped();
      case Exhausted exhausted -> exhausted.dropped();
      case Idle _, Active _ -> cycle;
    };
  }

  private Cycle succeeded() {
    return switch (cycle) {
      case Checking checking -> checking.examined();
      case Snapshotting snapshotting -> snapshotting.createdUnread();
      case ReadingBack readingBack -> readingBack.readBack();
      case Idle _, Seeking _, Making _, Exhausted _ -> cycle;
    };
  }

  /** A step of one kind of state; of the others it changes nothing. */
  private <C extends Cycle> CycleState on(Class<C> type, Function<C, Cycle> step) {
    return type.isInstance(cycle) ? with(step.apply(type.cast(cycle))) : this;
  }

  private CycleState with(Listing newer) {
    return new CycleState(topology, newer, cycle, counters, verdicts, schedule, suspicions);
  }

  private CycleState with(Cycle newer) {
    return new CycleState(topology, listing, newer, counters, verdicts, schedule, suspicions);
  }

  private CycleState with(Counters newer) {
    return new CycleState(topology, listing, cycle, newer, verdicts, schedule, suspicions);
  }

  private CycleState with(PendingVerdicts newer) {
    return new CycleState(topology, listing, cycle, counters, newer, schedule, suspicions);
  }

  private CycleState with(Schedule newer) {
    return new CycleState(topology, listing, cycle, counters, verdicts, newer, suspicions);
  }

  private CycleState with(Suspicions newer) {
    return new CycleState(topology, listing, cycle, counters, verdicts, schedule, newer);
  }
}
