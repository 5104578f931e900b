package io.reseed.failover.machine;

import io.reseed.failover.machine.FailoverEvent.AttemptAssigned;
import io.reseed.failover.machine.FailoverEvent.AttemptFailed;
import io.reseed.failover.machine.FailoverEvent.AttemptProgressed;
import io.reseed.failover.machine.FailoverEvent.BackupChosen;
import io.reseed.failover.machine.FailoverEvent.CatchUpClaimed;
import io.reseed.failover.machine.FailoverEvent.PlaceAsked;
import io.reseed.failover.machine.FailoverEvent.SeedingWaits;
import io.reseed.failover.machine.FailoverEvent.ServerRestored;
import io.reseed.failover.machine.FailoverInput.CaughtUpReport;
import io.reseed.failover.machine.FailoverInput.FailedReport;
import io.reseed.failover.machine.FailoverInput.ProgressReport;
import io.reseed.failover.machine.FailoverInput.Report;
import io.reseed.failover.machine.FailoverInput.RestoredReport;
import io.reseed.failover.machine.Phase.CatchingUp;
import io.reseed.failover.machine.Phase.Choosing;
import io.reseed.failover.machine.Phase.HandingOver;
import io.reseed.failover.machine.Phase.Making;
import io.reseed.failover.machine.Phase.Placing;
import io.reseed.failover.machine.Phase.Restoring;
import io.reseed.failover.machine.Phase.Verifying;
import io.reseed.failover.machine.Phase.Waiting;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides how one seeding goes on: answers, reports of its agents, deadlines. Pure. */
final class SeedingSteps {
  private final FailoverPolicy policy;

  SeedingSteps(FailoverPolicy policy) {
    this.policy = policy;
  }

  void backupFound(Draft draft, FailoverInput.BackupFound found) {
    if (awaited(draft, found.seeding(), found.ticket()).isEmpty()) {
      return;
    }
    long ticket = draft.shard().ticketNext();
    draft.record(
        new BackupChosen(found.seeding(), found.backup(), found.bytes(), ticket, draft.now()));
    requestPlace(draft, found.seeding());
  }

  void backupNotFound(Draft draft, FailoverInput.BackupNotFound answer) {
    awaited(draft, answer.seeding(), answer.ticket())
        .ifPresent(seeding -> pause(draft, seeding, answer.failure()));
  }

  void placeFound(Draft draft, FailoverInput.PlaceFound found) {
    Optional<Seeding> seeding = awaited(draft, found.seeding(), found.ticket());
    Optional<ServerAddress> primary = draft.shard().leadership().verified();
    if (seeding.isEmpty() || primary.isEmpty()) {
      // without a primary it stays as it is: a new one has everything planned anew
      return;
    }
    if (hostsInUse(draft.shard(), draft.now()).contains(found.host())) {
      // another seeding of this shard took the host meanwhile
      seekAgain(draft, seeding.get(), false);
      return;
    }
    draft.record(
        new AttemptAssigned(
            found.seeding(), found.host(), found.hostIdentity(), primary.get(), draft.now()));
  }

  void placeNotFound(Draft draft, FailoverInput.PlaceNotFound answer) {
    awaited(draft, answer.seeding(), answer.ticket())
        .ifPresent(
            seeding -> {
              if (answer.wasExcluded()) {
                seekAgain(draft, seeding, true);
              } else {
                pause(draft, seeding, answer.failure());
              }
            });
  }

  private void seekAgain(Draft draft, Seeding seeding, boolean anyHost) {
    long ticket = draft.shard().ticketNext();
    draft.record(new PlaceAsked(seeding.id(), ticket, anyHost, draft.now()));
    requestPlace(draft, seeding.id());
  }

  private void requestPlace(Draft draft, String id) {
    DeclaredShard shard = draft.shard();
    Seeding seeding = shard.seeding(id).orElseThrow();
    if (seeding.phase() instanceof Placing placing) {
      draft.request(
          new FailoverEffect.FindPlace(
              shard.shard(),
              id,
              placing.ticket(),
              shard.membership().serversNotLost(policy.replicaLostAfter(), draft.now()),
              placing.bytes(),
              hostsInUse(shard, draft.now()),
              Set.copyOf(seeding.hostsExcluded())));
    }
  }

  /** A server that is lost bans no host: it may be another one under its name by now. */
  private Set<String> hostsInUse(DeclaredShard shard, Instant now) {
    Set<ServerAddress> alive = shard.membership().serversNotLost(policy.replicaLostAfter(), now);
    Set<String> hosts = new HashSet<>();
    for (Seeding seeding : shard.seedings()) {
      switch (seeding.phase()) {
        case Making making -> hosts.add(making.assignment().host());
        case HandingOver handingOver when alive.contains(handingOver.server()) ->
            hosts.add(handingOver.assignment().host());
        case HandingOver _, Phase.Planning _ -> {
          // holds no host
        }
      }
    }
    return hosts;
  }

  private void pause(Draft draft, Seeding seeding, Failure failure) {
    boolean blocks =
        switch (failure.failureClass()) {
          case OPERATOR_MUST_ACT, BUG -> true;
          // seen once it may pass unnoticed; seen again somebody should know
          case TRANSIENT, BAD_BACKUP -> seeding.blockingReason() != null;
        };
    Instant until = draft.now().plus(policy.retry().interval());
    draft.record(new SeedingWaits(seeding.id(), failure, blocks, until));
  }

  private static Optional<Seeding> awaited(Draft draft, String id, long ticket) {
    return draft.shard().seeding(id).filter(seeding -> awaits(seeding.phase(), ticket));
  }

  private static boolean awaits(Phase phase, long ticket) {
    return switch (phase) {
      case Choosing choosing -> choosing.ticket() == ticket;
      case Placing placing -> placing.ticket() == ticket;
      case Waiting _, Making _, HandingOver _ -> false;
    };
  }

  /** Takes an agent's report; true if an observation should follow at once. */
  boolean reported(Draft draft, Report report) {
    Optional<Seeding> current =
        draft
            .shard()
            .seeding(report.seeding())
            .filter(seeding -> seeding.attempt() == report.attempt());
    if (current.isEmpty() || !(current.get().phase() instanceof Making making)) {
      return false;
    }
    Seeding seeding = current.get();
    return switch (report) {
      case ProgressReport _ -> progressed(draft, seeding, making);
      case RestoredReport restored -> {
        if (making instanceof Restoring) {
          draft.record(new ServerRestored(seeding.id(), restored.server(), draft.now()));
        }
        yield false;
      }
      case CaughtUpReport caughtUp -> caughtUp(draft, making, caughtUp);
      case FailedReport failed -> {
        fail(draft, seeding, failed.failure());
        yield false;
      }
    };
  }

  /** A sign of life every second would mean a stored state every second: note a few only. */
  private boolean progressed(Draft draft, Seeding seeding, Making making) {
    Duration worthNoting = policy.progressTimeout().dividedBy(6);
    boolean due =
        switch (making) {
          case Restoring restoring ->
              !restoring.lastHeartbeatAt().plus(worthNoting).isAfter(draft.now());
          case CatchingUp catchingUp ->
              !catchingUp.lastHeartbeatAt().plus(worthNoting).isAfter(draft.now());
          case Verifying _ -> false;
        };
    if (due) {
      draft.record(new AttemptProgressed(seeding.id(), draft.now()));
    }
    return false;
  }

  private static boolean caughtUp(Draft draft, Making making, CaughtUpReport report) {
    boolean withCurrentPrimary = report.source().equals(making.assignment().primary());
    if (making instanceof Verifying || !withCurrentPrimary) {
      return false;
    }
    draft.record(new CatchUpClaimed(report.seeding(), report.server(), draft.now()));
    return true;
  }

  private void fail(Draft draft, Seeding seeding, Failure failure) {
    int failures = seeding.failuresInARow() + 1;
    boolean exhausted = failures >= policy.retry().attemptsMax();
    boolean passing = failure.failureClass() == FailureClass.TRANSIENT;
    Failure published =
        passing && exhausted
            ? FailureCatalogue.attemptsExhausted(seeding.id(), failures, failure)
            : failure;
    Rest rest = rest(failure.failureClass(), failures);
    draft.record(
        new AttemptFailed(
            seeding.id(),
            seeding.attempt(),
            published,
            rest.blocked(),
            rest.failuresInARow(),
            draft.now().plus(rest.pause())));
  }

  /** What follows a failed attempt: whether somebody must act, the count from here on, a pause. */
  private record Rest(boolean blocked, int failuresInARow, Duration pause) {}

  private Rest rest(FailureClass failureClass, int failures) {
    FailoverPolicy.Retry retry = policy.retry();
    boolean exhausted = failures >= retry.attemptsMax();
    return switch (failureClass) {
      case BAD_BACKUP -> new Rest(false, 0, Duration.ZERO);
      case TRANSIENT ->
          exhausted
              ? new Rest(true, 0, retry.exhaustedInterval())
              : new Rest(false, failures, retry.backoff(failures));
      case OPERATOR_MUST_ACT ->
          new Rest(true, failures, exhausted ? retry.exhaustedInterval() : retry.interval());
      case BUG -> new Rest(true, 0, retry.exhaustedInterval());
    };
  }

  /** Acts on every deadline that is due, so that none stays due. */
  void meetDeadlines(Draft draft) {
    for (Seeding seeding : draft.shard().seedings()) {
      Optional<Instant> deadline = deadline(draft.shard(), seeding);
      if (deadline.isPresent() && !deadline.get().isAfter(draft.now())) {
        overdue(draft, seeding);
      }
    }
  }

  private void overdue(Draft draft, Seeding seeding) {
    switch (seeding.phase()) {
      case Waiting _, Placing _ ->
          Repair.primaryAtWork(draft.shard())
              .ifPresent(primary -> Repair.askForBackup(draft, seeding, primary));
      case Choosing choosing ->
          Repair.primaryAtWork(draft.shard())
              .ifPresent(
                  primary -> Repair.askForBackup(draft, seeding, primary, choosing.ticket()));
      case Restoring making -> fail(draft, seeding, heartbeatMissing(seeding, making));
      case CatchingUp making -> fail(draft, seeding, heartbeatMissing(seeding, making));
      case Verifying verifying ->
          fail(
              draft,
              seeding,
              FailureCatalogue.catchUpNotConfirmed(seeding.id(), verifying.server()));
      case HandingOver _ -> {
        // waits for as long as its host is away: the server works meanwhile
      }
    }
  }

  private static Failure heartbeatMissing(Seeding seeding, Making making) {
    return FailureCatalogue.attemptTimedOut(
        seeding.id(), seeding.attempt(), making.assignment().host());
  }

  /** When something must happen to a seeding by itself. */
  Optional<Instant> deadline(DeclaredShard shard, Seeding seeding) {
    boolean led = Repair.primaryAtWork(shard).isPresent();
    return switch (seeding.phase()) {
      case Waiting waiting -> when(led, waiting.until());
      case Choosing choosing -> when(led, choosing.askedAt().plus(policy.answerTimeout()));
      case Placing placing -> when(led, placing.askedAt().plus(policy.answerTimeout()));
      case Restoring restoring ->
          Optional.of(restoring.lastHeartbeatAt().plus(policy.progressTimeout()));
      // without a primary nobody can catch up, and a new one starts the clock anew
      case CatchingUp catchingUp ->
          when(led, catchingUp.lastHeartbeatAt().plus(policy.progressTimeout()));
      case Verifying verifying -> when(led, verifying.since().plus(policy.answerTimeout()));
      case HandingOver _ -> Optional.empty();
    };
  }

  private static Optional<Instant> when(boolean condition, Instant at) {
    return condition ? Optional.of(at) : Optional.empty();
  }

  /** After a restart: what was asked and not answered is asked again. */
  void resume(Draft draft) {
    List<Seeding> seedings = draft.shard().seedings();
    Optional<ServerAddress> primary = draft.shard().leadership().verified();
    for (Seeding seeding : seedings) {
      switch (seeding.phase()) {
        case Choosing _, Placing _ ->
            primary.ifPresent(server -> Repair.askForBackup(draft, seeding, server));
        case Waiting _, Making _, HandingOver _ -> {
          // awaits no answer
        }
      }
    }
  }
}
