package io.reseed.failover.machine;

import io.reseed.coordinator.Decision;
import io.reseed.coordinator.ShardMachine;
import io.reseed.events.ShardStatus;
import io.reseed.failover.machine.DeclaredShard.NextObservation;
import io.reseed.failover.machine.FailoverEffect.Urgency;
import io.reseed.failover.machine.FailoverEvent.CareEnded;
import io.reseed.failover.machine.FailoverEvent.Declared;
import io.reseed.failover.machine.FailoverEvent.IncidentRemembered;
import io.reseed.failover.machine.FailoverEvent.MembersObserved;
import io.reseed.failover.machine.FailoverEvent.ObservationConcluded;
import io.reseed.failover.machine.FailoverEvent.ObservationFailed;
import io.reseed.failover.machine.FailoverEvent.ObservationHastened;
import io.reseed.failover.machine.FailoverEvent.ObservationRequested;
import io.reseed.failover.machine.FailoverEvent.StatusPublished;
import io.reseed.failover.machine.FailoverEvent.TakenUp;
import io.reseed.failover.machine.FailoverState.Undeclared;
import io.reseed.failover.machine.FailoverState.Unknown;
import io.reseed.failover.machine.Phase.Verifying;
import io.reseed.failover.machine.ProbeResult.Unobserved;
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
 * the end. Level-triggered: every input is a reason to observe, and only what the servers show is
 * acted upon. Pure; the rules are in {@link PrimaryWatch}, {@link MemberSurvey}, {@link Repair} and
 * {@link SeedingSteps}.
 */
public final class FailoverMachine
    implements ShardMachine<FailoverState, FailoverInput, FailoverEvent, FailoverEffect> {
  private final FailoverPolicy policy;
  private final PrimaryWatch primaryWatch;
  private final Repair repair;
  private final SeedingSteps steps;
  private final StatusReport statusReport;
  private final Pace pace;

  /** Makes one; it may decide for any number of shards. */
  public FailoverMachine(FailoverPolicy policy) {
    this.policy = policy;
    this.primaryWatch = new PrimaryWatch(policy);
    this.repair = new Repair(policy);
    this.steps = new SeedingSteps(policy);
    this.statusReport = new StatusReport(policy);
    this.pace = new Pace(policy);
  }

  @Override
  public FailoverState initial(String shard) {
    return new Unknown(ShardName.parse(shard));
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
      case Unknown _ -> unknown(draft, input);
      case Undeclared undeclared -> undeclared(draft, undeclared, input);
      case DeclaredShard shard -> declared(draft, shard, input);
    }
    if (draft.state() instanceof DeclaredShard) {
      steps.meetDeadlines(draft);
      observeIfDue(draft);
    }
    Answers.settle(draft, isLook(input));
    publishStatus(draft);
    return draft.decision();
  }

  /** Whether it says how the servers are. */
  private static boolean isLook(FailoverInput input) {
    return input instanceof FailoverInput.Observed;
  }

  private static void unknown(Draft draft, FailoverInput input) {
    switch (input) {
      case FailoverInput.Declaration declaration -> declare(draft, declaration);
      case FailoverInput.Claim claim -> {
        draft.record(new IncidentRemembered(claim.incident(), draft.now()));
        Answers.note(draft, claim.claim());
      }
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
      case FailoverInput.Claim claim -> {
        Incident report = claim.incident();
        boolean same = report.failed().equals(known.incident().failed());
        Incident incident = same ? known.incident().with(report) : report;
        if (!incident.equals(known.incident())) {
          draft.record(new IncidentRemembered(incident, draft.now()));
        }
        Answers.note(draft, claim.claim());
      }
      case FailoverInput.TimerFired _ -> {
        if (!known.lastClaimAt().plus(policy.undeclaredRetention()).isAfter(draft.now())) {
          endCare(draft, "nobody declared the shard");
        }
      }
      case FailoverInput.Withdrawal _ ->
          endCare(draft, "the shard, which nobody had declared, was forgotten");
      case FailoverInput.Resumed _ -> {
        if (known.lastClaimAt().isAfter(draft.now())) {
          draft.record(new IncidentRemembered(known.incident(), draft.now()));
        }
      }
      case FailoverInput.Answer _, FailoverInput.Report _ -> {
        // nothing is under way for such a shard
      }
    }
  }

  private void declared(Draft draft, DeclaredShard shard, FailoverInput input) {
    switch (input) {
      case FailoverInput.Declaration declaration -> {
        if (!shard.isDeclaredAs(declaration)) {
          declare(draft, declaration);
          hasten(draft);
        }
      }
      case FailoverInput.Withdrawal _ -> withdraw(draft, shard);
      case FailoverInput.Claim claim -> {
        Answers.note(draft, claim.claim());
        if (primaryWatch.consider(draft, claim)) {
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
        draft.record(
            new TakenUp(
                draft.now(),
                draft.now().plus(policy.claimRetention()),
                draft.now().plus(policy.retry().interval())));
        steps.resume(draft);
        observe(draft, true);
      }
    }
  }

  /** No server is touched, but what is being made for the shard is given up. */
  private static void withdraw(Draft draft, DeclaredShard shard) {
    String why = "the shard's declaration was withdrawn";
    shard.seedings().stream()
        .filter(Seeding::inTheMaking)
        .forEach(seeding -> Repair.withdraw(draft, seeding, why));
    endCare(draft, why);
  }

  private static void endCare(Draft draft, String why) {
    Answers.ignoreAll(draft, why);
    draft.record(new CareEnded(why));
  }

  private void answered(Draft draft, DeclaredShard shard, FailoverInput.Answer answer) {
    switch (answer) {
      case FailoverInput.Observed observed -> {
        if (shard.nextObservation().awaits(observed.ticket())) {
          conclude(draft, observed.snapshot());
        }
      }
      case FailoverInput.ObservationFailed failed -> {
        if (shard.nextObservation().awaits(failed.ticket())) {
          fail(draft, failed.failure(), failed.timedOut());
        }
      }
      case FailoverInput.BackupFound found -> steps.backupFound(draft, found);
      case FailoverInput.BackupNotFound notFound -> steps.backupNotFound(draft, notFound);
      case FailoverInput.PlaceFound found -> steps.placeFound(draft, found);
      case FailoverInput.PlaceNotFound notFound -> steps.placeNotFound(draft, notFound);
    }
  }

  private void conclude(Draft draft, ShardSnapshot snapshot) {
    Optional<Unobserved> refused = snapshot.refused();
    if (refused.isPresent()) {
      fail(draft, FailureCatalogue.observationRefused(refused.get()), false);
      return;
    }
    Optional<ServerAddress> before = draft.shard().leadership().verified();
    primaryWatch.judge(draft, snapshot);
    Optional<ServerAddress> after = draft.shard().leadership().verified();
    Membership seen = MemberSurvey.survey(draft.shard(), snapshot, draft.now());
    if (!seen.equals(draft.shard().membership())) {
      draft.record(new MembersObserved(seen));
    }
    if (!after.equals(before)) {
      after.ifPresent(primary -> repair.follow(draft, primary));
    }
    repair.conclude(draft, snapshot);
    int silences = silences(draft, snapshot.isSilent());
    Instant next = pace.next(draft.shard(), draft.now(), silences);
    draft.record(new ObservationConcluded(draft.now(), next, silences));
  }

  private void fail(Draft draft, Failure failure, boolean timedOut) {
    int silences = silences(draft, timedOut);
    Instant next = pace.next(draft.shard(), draft.now(), silences);
    draft.record(new ObservationFailed(failure, next, silences));
  }

  private static int silences(Draft draft, boolean oneMore) {
    return oneMore ? draft.shard().nextObservation().silences() + 1 : 0;
  }

  private void hasten(Draft draft) {
    NextObservation nextObservation = draft.shard().nextObservation();
    if (nextObservation.again()) {
      return;
    }
    draft.record(new ObservationHastened());
    if (nextObservation.asked()) {
      // one that waits for its turn need not wait for those that are less urgent
      request(draft, nextObservation.ticket());
    } else {
      observe(draft, false);
    }
  }

  private void observeIfDue(Draft draft) {
    NextObservation nextObservation = draft.shard().nextObservation();
    if (observationDue(nextObservation).isAfter(draft.now())) {
      return;
    }
    if (nextObservation.asked()) {
      // under its ticket: where it waits or runs yet, it is answered once
      ask(draft, nextObservation.ticket(), false);
    } else {
      observe(draft, false);
    }
  }

  /** When to ask, or to ask once more because the answer is overdue. */
  private Instant observationDue(NextObservation nextObservation) {
    return nextObservation.asked()
        ? nextObservation.at().plus(policy.answerTimeout())
        : nextObservation.at();
  }

  private void observe(Draft draft, boolean resumed) {
    ask(draft, draft.shard().nextObservation().ticket() + 1, resumed);
  }

  private void ask(Draft draft, long ticket, boolean resumed) {
    Urgency urgency = pace.urgency(draft.shard());
    Instant awaitedSince = draft.shard().freshness().awaitedSince(resumed, draft.now());
    draft.record(new ObservationRequested(ticket, draft.now(), awaitedSince));
    request(draft, ticket, urgency);
  }

  private void request(Draft draft, long ticket) {
    request(draft, ticket, pace.urgency(draft.shard()));
  }

  private static void request(Draft draft, long ticket, Urgency urgency) {
    DeclaredShard shard = draft.shard();
    draft.request(
        new FailoverEffect.Observe(shard.shard(), ticket, serversToObserve(shard), urgency));
  }

  private static Set<ServerAddress> serversToObserve(DeclaredShard shard) {
    Set<ServerAddress> servers = new HashSet<>(shard.membership().servers());
    servers.addAll(shard.membership().retired());
    shard
        .leadership()
        .unsettledClaim()
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
   * was observed anew is worth publishing again.
   */
  private void publishStatus(Draft draft) {
    ShardStatus last = draft.state().status();
    statusReport
        .of(draft.state(), draft.now())
        .filter(
            status -> last == null || !StatusReport.same(status, last) || refreshDue(last, status))
        .ifPresent(status -> draft.record(new StatusPublished(status)));
  }

  private boolean refreshDue(ShardStatus last, ShardStatus status) {
    // one that a clock which was ahead had dated is not waited for
    return last.updatedAt().isAfter(status.updatedAt())
        || !last.updatedAt().plus(policy.statusRefreshInterval()).isAfter(status.updatedAt());
  }

  /** When the status has to say that the servers are not observed, unless it does. */
  private Optional<Instant> staleAt(DeclaredShard shard) {
    ShardStatus published = shard.status();
    boolean isPublished = published != null && StatusReport.saysUnobserved(published);
    return isPublished
        ? Optional.empty()
        : Optional.ofNullable(shard.freshness().awaitedSince())
            .map(since -> since.plus(policy.unobservedAfter()));
  }

  @Override
  public Optional<Instant> wakeAt(FailoverState state) {
    return switch (state) {
      case Unknown _ -> Optional.empty();
      case Undeclared undeclared ->
          Optional.of(undeclared.lastClaimAt().plus(policy.undeclaredRetention()));
      case DeclaredShard shard -> {
        Stream<Instant> deadlines =
            shard.seedings().stream().flatMap(s -> steps.deadline(shard, s).stream());
        Stream<Instant> ofObservations =
            Stream.concat(
                Stream.of(observationDue(shard.nextObservation())), staleAt(shard).stream());
        yield Stream.concat(ofObservations, deadlines).min(Instant::compareTo);
      }
    };
  }
}
