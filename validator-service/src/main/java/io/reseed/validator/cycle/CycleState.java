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
    Tally tally,
    PendingVerdicts verdicts,
    Agenda agenda) {
  /** Raised by what an older version cannot go on with, see {@link StateCodec}. */
  static final int VERSION = 1;

  static final CycleState EMPTY =
      new CycleState(
          null, Listing.NONE, new Idle(), Tally.ZERO, PendingVerdicts.NONE, Agenda.EMPTY);

  /** Documents of the first release have neither verdicts nor an agenda. */
  public CycleState {
    verdicts = Objects.requireNonNullElse(verdicts, PendingVerdicts.NONE);
    agenda = Objects.requireNonNullElse(agenda, Agenda.EMPTY);
  }

  /** The shard's backups, with what was decided and does not stand in the repository yet. */
  KnownBackups backups() {
    return new KnownBackups(verdicts.over(listing.backups()));
  }

  /** The state after an event; one that does not fit changes nothing. */
  CycleState after(CycleEvent event) {
    return switch (event) {
      case CycleEvent.ShardChanged changed ->
          new CycleState(changed.topology(), listing, cycle, tally, verdicts, agenda);
      case CycleEvent.ShardForgotten _ ->
          new CycleState(
              null, Listing.NONE, new Idle(), tally, PendingVerdicts.NONE, agenda.forgotten());
      case CycleEvent.PolicyChanged changed -> with(agenda.declared(changed.policy()));
      case CycleEvent.ListingAsked _ -> with(listing.asked());
      case CycleEvent.ListingRead read -> with(listing.read(read.backups(), read.lookAt()));
      case CycleEvent.ListingFailed failed ->
          with(listing.failed(failed.failure(), failed.lookAt()));
      case CycleEvent.RequestSeen seen -> with(agenda.seen(seen.request()));
      case CycleEvent.OrderPlaced placed -> with(agenda.with(placed.order()));
      case CycleEvent.OrderRefused refused -> with(agenda.without(refused.order()));
      case CycleEvent.CycleBegun begun ->
          with(begun(begun.plan())).with(agenda.begun(begun.plan(), begun.order()));
      case CycleEvent.CycleDropped _ -> with(dropped());
      case CycleEvent.PlaceAsked _ -> on(Seeking.class, Seeking::ask);
      case CycleEvent.Obstructed obstructed ->
          on(Seeking.class, s -> s.obstructed(obstructed.failure(), obstructed.retryAt()));
      case CycleEvent.LookedAgain _ -> on(Seeking.class, Seeking::lookAgain);
      case CycleEvent.VerdictDecided decided ->
          with(verdicts.with(decided.verdict())).with(counted(decided.verdict()));
      case CycleEvent.VerdictAsked _ -> with(verdicts.askedNow());
      case CycleEvent.VerdictRecorded recorded ->
          with(verdicts.without(recorded.verdict().number()))
              .with(listing.with(recorded.verdict()));
      case CycleEvent.VerdictRefused refused ->
          with(verdicts.refused(refused.failure(), refused.retryAt()));
      case CycleEvent.VerdictDropped dropped ->
          with(verdicts.without(dropped.verdict().number()))
              .with(listing.without(dropped.verdict().backup().backup()));
      case CycleEvent.VerdictLookedAgain _ -> with(verdicts.lookAgain());
      case CycleEvent.Condemned condemned -> condemned(condemned);
      case CycleEvent.OfAttempt attempt -> after(attempt);
      case CycleEvent.PictureChanged _ -> this;
    };
  }

  private CycleState after(CycleEvent.OfAttempt event) {
    return switch (event) {
      case CycleEvent.AttemptAssigned assigned ->
          on(
              Seeking.class,
              s -> s.assigned(assigned.assignment(), assigned.checks(), assigned.silentAt()));
      case CycleEvent.Repointed repointed ->
          on(
              Active.class,
              a -> a.repointed(repointed.assignment().primary(), repointed.assignment().source()));
      case CycleEvent.LifeHeard heard -> on(Active.class, a -> a.heard(heard.life()));
      case CycleEvent.StageEnded ended ->
          on(Active.class, a -> a.proven(ended.proof())).with(tally.ended(ended.time()));
      case CycleEvent.CheckOrdered ordered ->
          on(Making.class, m -> m.caughtUp(ordered.assignment(), ordered.silentAt()));
      case CycleEvent.SnapshotOrdered ordered ->
          on(Checking.class, c -> c.checked(ordered.assignment(), ordered.silentAt()));
      case CycleEvent.BackupMade made -> with(listing.with(made.backup())).with(tally.backupMade());
      case CycleEvent.ReadBackOrdered ordered ->
          on(
              Snapshotting.class,
              s -> s.created(ordered.assignment(), ordered.made(), ordered.silentAt()));
      case CycleEvent.CycleSucceeded succeeded ->
          with(succeeded()).with(agenda.succeeded(succeeded.kind(), succeeded.at()));
      case CycleEvent.AttemptFailed failed ->
          on(Attempting.class, a -> a.failed(failed.failure(), failed.retryAt()))
              .with(tally.attemptFailed());
      case CycleEvent.CycleFailed failed ->
          on(
                  Attempting.class,
                  a -> a.exhausted(failed.failure(), failed.next().kind(), failed.next().retryAt()))
              .with(tally.cycleFailed())
              .with(agenda.failed(kind(), failed.at()));
      case CycleEvent.ReadBackFailed failed ->
          on(ReadingBack.class, ReadingBack::unread)
              .with(tally.cycleFailed())
              .with(agenda.failed(kind(), failed.at()).soon(failed.soonAt()));
      case CycleEvent.AttemptWithdrawn _ -> on(Active.class, Active::withdrawn);
    };
  }

  private CycleState condemned(CycleEvent.Condemned event) {
    CycleState counted = with(tally.condemnedOne());
    return event.attempt() == null
        ? counted
        : counted
            .on(Active.class, Active::condemned)
            .with(agenda.condemned(kind(), event.at(), event.freshNotBefore()));
  }

  private Tally counted(PendingVerdicts.Decided verdict) {
    return verdict.degree() == BackupStatus.Degree.VALIDATED ? tally.validatedOne() : tally;
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
    return new CycleState(topology, newer, cycle, tally, verdicts, agenda);
  }

  private CycleState with(Cycle newer) {
    return new CycleState(topology, listing, newer, tally, verdicts, agenda);
  }

  private CycleState with(Tally newer) {
    return new CycleState(topology, listing, cycle, newer, verdicts, agenda);
  }

  private CycleState with(PendingVerdicts newer) {
    return new CycleState(topology, listing, cycle, tally, newer, agenda);
  }

  private CycleState with(Agenda newer) {
    return new CycleState(topology, listing, cycle, tally, verdicts, newer);
  }
}
