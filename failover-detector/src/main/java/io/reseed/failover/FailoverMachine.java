package io.reseed.failover;

import io.reseed.coordinator.Decision;
import io.reseed.coordinator.ShardMachine;
import io.reseed.events.ShardStatus;
import io.reseed.failover.DeclaredShard.Look;
import io.reseed.failover.FailoverEvent.CareEnded;
import io.reseed.failover.FailoverEvent.Declared;
import io.reseed.failover.FailoverEvent.IncidentRemembered;
import io.reseed.failover.FailoverEvent.LookAsked;
import io.reseed.failover.FailoverEvent.LookEnded;
import io.reseed.failover.FailoverEvent.LookHastened;
import io.reseed.failover.FailoverEvent.MembersSeen;
import io.reseed.failover.FailoverEvent.ObservationFailed;
import io.reseed.failover.FailoverEvent.StatusPublished;
import io.reseed.failover.FailoverState.Undeclared;
import io.reseed.failover.FailoverState.Unheard;
import io.reseed.failover.Phase.Verifying;
import io.reseed.failover.Sighting.Silent;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides for one shard: notices that its primary or a replica is lost, and follows replacements to
 * the end. Level-triggered: every input is a reason to look, and only what the servers show is
 * acted upon. Pure; the rules are in {@link PrimaryWatch}, {@link MemberSurvey}, {@link Repair} and
 * {@link SeedingSteps}.
 */
final class FailoverMachine
    implements ShardMachine<FailoverState, FailoverInput, FailoverEvent, FailoverEffect> {
  private final FailoverPolicy policy;
  private final PrimaryWatch primaryWatch;
  private final Repair repair;
  private final SeedingSteps steps;
  private final StatusReport statusReport;

  FailoverMachine(FailoverPolicy policy) {
    this.policy = policy;
    this.primaryWatch = new PrimaryWatch(policy);
    this.repair = new Repair(policy);
    this.steps = new SeedingSteps(policy);
    this.statusReport = new StatusReport(policy);
  }

  @Override
  public FailoverState initial(String shard) {
    return new Unheard(ShardName.parse(shard));
  }

  @Override
  public FailoverState apply(FailoverState state, FailoverEvent event) {
    return state.after(event);
  }

  @Override
  public FailoverInput resumed() {
    return new FailoverInput.Resumed();
  }

  @Override
  public FailoverInput timerFired() {
    return new FailoverInput.TimerFired();
  }

  @Override
  public Decision<FailoverEvent, FailoverEffect> decide(
      FailoverState state, FailoverInput input, Instant now) {
    Draft draft = new Draft(state, now);
    switch (state) {
      case Unheard _ -> unheard(draft, input);
      case Undeclared undeclared -> undeclared(draft, undeclared, input);
      case DeclaredShard shard -> declared(draft, shard, input);
    }
    if (draft.state() instanceof DeclaredShard) {
      steps.meetDeadlines(draft);
      lookIfDue(draft);
    }
    tell(draft);
    return draft.decision();
  }

  private static void unheard(Draft draft, FailoverInput input) {
    switch (input) {
      case FailoverInput.Declaration declaration -> declare(draft, declaration);
      case FailoverInput.Hint hint ->
          draft.record(new IncidentRemembered(hint.incident(), draft.now()));
      case FailoverInput.Withdrawal _,
          FailoverInput.Answer _,
          FailoverInput.Report _,
          FailoverInput.TimerFired _,
          FailoverInput.Resumed _ -> {
        // late news of a shard that left Reseed's care
      }
    }
  }

  private static void declare(Draft draft, FailoverInput.Declaration declaration) {
    draft.record(new Declared(declaration.replicasDesired(), declaration.servers(), draft.now()));
  }

  private void undeclared(Draft draft, Undeclared known, FailoverInput input) {
    switch (input) {
      case FailoverInput.Declaration declaration -> declare(draft, declaration);
      case FailoverInput.Hint hint -> {
        Incident report = hint.incident();
        boolean same = report.failed().equals(known.incident().failed());
        Incident incident = same ? known.incident().with(report) : report;
        if (!incident.equals(known.incident())) {
          draft.record(new IncidentRemembered(incident, draft.now()));
        }
      }
      case FailoverInput.TimerFired _ -> {
        if (!known.heardAt().plus(policy.undeclaredKept()).isAfter(draft.now())) {
          draft.record(new CareEnded("nobody declared the shard"));
        }
      }
      case FailoverInput.Withdrawal _,
          FailoverInput.Answer _,
          FailoverInput.Report _,
          FailoverInput.Resumed _ -> {
        // nothing is under way for such a shard
      }
    }
  }

  private void declared(Draft draft, DeclaredShard shard, FailoverInput input) {
    switch (input) {
      case FailoverInput.Declaration declaration -> {
        boolean news =
            declaration.replicasDesired() != shard.replicasDesired()
                || !declaration.servers().equals(shard.declared());
        if (news) {
          declare(draft, declaration);
          hasten(draft);
        }
      }
      case FailoverInput.Withdrawal _ -> withdraw(draft, shard);
      case FailoverInput.Hint hint -> {
        if (primaryWatch.hear(draft, hint.incident())) {
          hasten(draft);
        }
      }
      case FailoverInput.Answer answer -> answered(draft, shard, answer);
      case FailoverInput.Report report -> {
        if (steps.reported(draft, report)) {
          hasten(draft);
        }
      }
      case FailoverInput.TimerFired _ -> {
        // what is due follows for every input
      }
      case FailoverInput.Resumed _ -> {
        steps.resume(draft);
        look(draft, true);
      }
    }
  }

  /** No server is touched, but what is being made for the shard is given up. */
  private static void withdraw(Draft draft, DeclaredShard shard) {
    String why = "the shard's declaration was withdrawn";
    shard.seedings().stream()
        .filter(Seeding::inTheMaking)
        .forEach(seeding -> Repair.withdraw(draft, seeding, why));
    draft.record(new CareEnded(why));
  }

  private void answered(Draft draft, DeclaredShard shard, FailoverInput.Answer answer) {
    switch (answer) {
      case FailoverInput.Looked looked -> {
        if (looked.ticket() == shard.look().ticket() && shard.look().asked()) {
          conclude(draft, looked.view());
        }
      }
      case FailoverInput.LookFailed failed -> {
        if (failed.ticket() == shard.look().ticket() && shard.look().asked()) {
          draft.record(new ObservationFailed(failed.failure(), nextLook(draft)));
        }
      }
      case FailoverInput.BackupFound found -> steps.backupFound(draft, found);
      case FailoverInput.BackupNotFound notFound -> steps.backupNotFound(draft, notFound);
      case FailoverInput.PlaceFound found -> steps.placeFound(draft, found);
      case FailoverInput.PlaceNotFound notFound -> steps.placeNotFound(draft, notFound);
    }
  }

  private void conclude(Draft draft, View view) {
    Optional<Silent> refused = view.refused();
    if (refused.isPresent()) {
      Failure failure = FailureCatalogue.observationRefused(refused.get());
      draft.record(new ObservationFailed(failure, nextLook(draft)));
      return;
    }
    Optional<ServerAddress> before = draft.shard().leadership().verified();
    primaryWatch.judge(draft, view);
    Optional<ServerAddress> after = draft.shard().leadership().verified();
    Membership seen = MemberSurvey.survey(draft.shard(), view, draft.now());
    if (!seen.equals(draft.shard().membership())) {
      draft.record(new MembersSeen(seen));
    }
    if (!after.equals(before)) {
      after.ifPresent(primary -> repair.follow(draft, primary));
    }
    repair.conclude(draft, view);
    draft.record(new LookEnded(draft.now(), nextLook(draft)));
  }

  private Instant nextLook(Draft draft) {
    return draft.shard().look().again() ? draft.now() : draft.now().plus(policy.observeInterval());
  }

  private void hasten(Draft draft) {
    Look look = draft.shard().look();
    if (!look.asked()) {
      look(draft, false);
    } else if (!look.again()) {
      draft.record(new LookHastened());
    }
  }

  private void lookIfDue(Draft draft) {
    if (!lookDue(draft.shard().look()).isAfter(draft.now())) {
      look(draft, false);
    }
  }

  /** When to ask, or to ask once more because the answer is overdue. */
  private Instant lookDue(Look look) {
    return look.asked() ? look.at().plus(policy.answerPatience()) : look.at();
  }

  private static void look(Draft draft, boolean resumed) {
    long ticket = draft.shard().ticketNext();
    Instant awaitedSince = draft.shard().freshness().awaitedSince(resumed, draft.now());
    draft.record(new LookAsked(ticket, draft.now(), awaitedSince));
    draft.request(
        new FailoverEffect.Look(draft.shard().shard(), ticket, serversToLookAt(draft.shard())));
  }

  private static Set<ServerAddress> serversToLookAt(DeclaredShard shard) {
    Set<ServerAddress> servers = new HashSet<>(shard.membership().servers());
    servers.addAll(shard.membership().retired());
    shard
        .leadership()
        .claim()
        .ifPresent(
            incident -> {
              servers.add(incident.failed());
              servers.addAll(incident.named());
            });
    for (Seeding seeding : shard.seedings()) {
      if (seeding.phase() instanceof Verifying verifying) {
        servers.add(verifying.server());
      }
    }
    return servers;
  }

  /**
   * Publishes the status when it says something new, and now and then all the same: but only what
   * was observed anew is worth to be said again.
   */
  private void tell(Draft draft) {
    ShardStatus last = draft.state().status();
    statusReport
        .of(draft.state(), draft.now())
        .filter(
            status -> last == null || !StatusReport.same(status, last) || refreshDue(last, status))
        .ifPresent(status -> draft.record(new StatusPublished(status)));
  }

  private boolean refreshDue(ShardStatus last, ShardStatus status) {
    return !last.updatedAt().plus(policy.statusRefreshInterval()).isAfter(status.updatedAt());
  }

  /** When the status has to say that the servers are not observed, unless it does. */
  private Optional<Instant> staleAt(DeclaredShard shard) {
    ShardStatus told = shard.status();
    boolean isTold = told != null && StatusReport.saysUnobserved(told);
    return isTold
        ? Optional.empty()
        : Optional.ofNullable(shard.freshness().awaitedSince())
            .map(since -> since.plus(policy.unobservedAfter()));
  }

  @Override
  public Optional<Instant> wakeAt(FailoverState state) {
    return switch (state) {
      case Unheard _ -> Optional.empty();
      case Undeclared undeclared -> Optional.of(undeclared.heardAt().plus(policy.undeclaredKept()));
      case DeclaredShard shard -> {
        Stream<Instant> deadlines =
            shard.seedings().stream().flatMap(s -> steps.deadline(shard, s).stream());
        Stream<Instant> ofLooks =
            Stream.concat(Stream.of(lookDue(shard.look())), staleAt(shard).stream());
        yield Stream.concat(ofLooks, deadlines).min(Instant::compareTo);
      }
    };
  }
}
