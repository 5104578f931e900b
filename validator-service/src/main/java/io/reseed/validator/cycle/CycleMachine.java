package io.reseed.validator.cycle;

import io.reseed.coordinator.Decision;
import io.reseed.coordinator.DecisionBuilder;
import io.reseed.coordinator.ShardMachine;
import io.reseed.events.Assignment;
import io.reseed.events.BackupPolicy;
import io.reseed.events.BackupRequested;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingFailed;
import io.reseed.fleet.Failure;
import io.reseed.fleet.ServerAddress;
import io.reseed.validator.cycle.Cycle.Active;
import io.reseed.validator.cycle.Cycle.Exhausted;
import io.reseed.validator.cycle.Cycle.Idle;
import io.reseed.validator.cycle.Cycle.Seeking;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides about the backups of one shard: keeps a picture of what the repository holds, and has one
 * dedicated server after the other made, caught up, checked, snapshotted and read back, so that
 * every backup is proven. At most one attempt is assigned at a time; only its reports count.
 */
final class CycleMachine implements ShardMachine<CycleState, CycleInput, CycleEvent, CycleEffect> {
  private final CyclePolicy policy;
  private final ScheduleRule schedule;
  private final SourceRule sources;
  private final FailureRules failures;
  private final Reports reports;
  private final CycleStatus status;

  /** A decision while it is being made. */
  static final class Steps extends DecisionBuilder<CycleState, CycleEvent, CycleEffect> {
    Steps(CycleState state, Instant now) {
      super(state, now, CycleState::after);
    }
  }

  CycleMachine(CyclePolicy policy) {
    this.policy = policy;
    schedule = new ScheduleRule(policy);
    sources = new SourceRule(policy);
    failures = new FailureRules(policy);
    reports = new Reports(policy);
    status = new CycleStatus(policy);
  }

  @Override
  public CycleState initial(String shard) {
    return CycleState.EMPTY;
  }

  @Override
  public CycleInput resumed() {
    return new CycleInput.Resumed();
  }

  @Override
  public CycleInput timerFired() {
    return new CycleInput.TimerFired();
  }

  @Override
  public CycleState apply(CycleState state, CycleEvent event) {
    return state.after(event);
  }

  @Override
  public Optional<Instant> wakeAt(CycleState state) {
    return Stream.of(
            state.cycle().wakeAt().stream(),
            Stream.ofNullable(state.listing().nextReadAt()),
            state.verdicts().wakeAt(),
            schedule.next(state).map(ScheduleRule.Due::at).stream())
        .flatMap(times -> times)
        .min(Instant::compareTo);
  }

  @Override
  public Decision<CycleEvent, CycleEffect> decide(CycleState state, CycleInput input, Instant now) {
    Steps steps = new Steps(state, now);
    switch (input) {
      case CycleInput.ShardSeen seen -> onShardSeen(steps, seen.topology());
      case CycleInput.ShardGone _ -> onShardGone(steps);
      case CycleInput.Declared declared -> onDeclared(steps, declared.policy());
      case CycleInput.Requested requested -> onRequested(steps, requested.request());
      case CycleInput.Listed listed -> onListed(steps, listed);
      case CycleInput.ListingFailed failed -> onListingFailed(steps, failed);
      case CycleInput.VerdictRecorded recorded -> onVerdictRecorded(steps, recorded);
      case CycleInput.VerdictRefused refused -> Verdicts.onRefused(steps, refused, policy);
      case CycleInput.Placed placed -> onPlaced(steps, placed);
      case CycleInput.NotPlaced notPlaced -> onNotPlaced(steps, notPlaced);
      case CycleInput.SignOfLife sign -> reports.onSignOfLife(steps, sign);
      case CycleInput.Restored restored -> reports.onRestored(steps, restored.report());
      case CycleInput.CaughtUp caughtUp -> reports.onCaughtUp(steps, caughtUp.report());
      case CycleInput.Checked checked -> reports.onChecked(steps, checked.report());
      case CycleInput.Created created -> onCreated(steps, created);
      case CycleInput.Failed failed ->
          Reports.active(steps, failed.failed().seeding(), failed.failed().attempt())
              .ifPresent(
                  active ->
                      failures.fail(
                          steps, active, failed.failed().stage(), failed.failed().failure()));
      case CycleInput.ReplicaFailed failed -> onReplicaFailed(steps, failed.failed());
      case CycleInput.TimerFired _ -> onTimer(steps);
      case CycleInput.Resumed _ -> onResumed(steps);
    }
    pursue(steps);
    if (!status.sameStatus(state, steps.state())) {
      steps.record(new CycleEvent.StatusChanged(now));
    }
    return steps.decision();
  }

  private void onShardSeen(Steps steps, Topology topology) {
    Topology before = steps.state().topology();
    if (topology.equals(before)) {
      return;
    }
    steps.record(new CycleEvent.ShardChanged(topology));
    // what one primary could use, the next one may not
    if (before == null || !Objects.equals(before.primary(), topology.primary())) {
      look(steps);
    }
    switch (steps.state().cycle()) {
      case Seeking seeking when seeking.blockingReason() != null && !seeking.asked() ->
          steps.record(new CycleEvent.Retried());
      case Active active -> repoint(steps, active, topology);
      case Seeking _, Idle _, Exhausted _ -> {}
    }
  }

  /**
   * After a failover the attempt goes on with the new primary. A source that is gone is replaced by
   * the primary, which has everything that the source had; another replica may lack some of it.
   */
  private static void repoint(Steps steps, Active active, Topology topology) {
    ServerAddress primary = topology.primary();
    if (primary == null) {
      return;
    }
    Assignment old = active.assignment();
    ServerAddress source = topology.lost(old.source()) ? primary : old.source();
    if (!primary.equals(old.primary()) || !source.equals(old.source())) {
      steps.record(new CycleEvent.Repointed(old.repointed(primary, source), steps.now()));
    }
  }

  private static void onShardGone(Steps steps) {
    if (steps.state().topology() == null) {
      return;
    }
    if (steps.state().cycle() instanceof Active active) {
      steps.record(new CycleEvent.AttemptWithdrawn(active.assignment()));
    }
    steps.record(new CycleEvent.ShardForgotten());
  }

  private static void onDeclared(Steps steps, @Nullable BackupPolicy declared) {
    if (!Objects.equals(declared, steps.state().schedule().declared())) {
      steps.record(new CycleEvent.PolicyChanged(declared));
    }
  }

  private static void onRequested(Steps steps, BackupRequested request) {
    Schedule schedule = steps.state().schedule();
    if (schedule.requestsSeen().contains(request.request())) {
      return;
    }
    steps.record(new CycleEvent.RequestSeen(request.request()));
    Schedule.Order order =
        new Schedule.Order(
            request.kind(),
            request.backup(),
            Plan.Cause.REQUEST,
            "%s asked for it (%s)".formatted(request.publisher(), request.request()));
    if (schedule.orders().size() >= Schedule.ORDERS_MAX) {
      Beginning.refuse(
          steps, request.shard(), order, BlockingReasons.tooManyOrders(request.shard()));
    } else {
      steps.record(new CycleEvent.OrderPlaced(order));
      look(steps); // what somebody just made or removed counts
    }
  }

  private void onListed(Steps steps, CycleInput.Listed listed) {
    if (awaited(steps, listed.look())) {
      KnownBackups before = steps.state().backups();
      Instant next = steps.now().plus(policy.catalogueInterval());
      steps.record(new CycleEvent.ListingRead(listed.backups(), next));
      Condemnations.byListing(steps, before, listed);
    }
  }

  private void onListingFailed(Steps steps, CycleInput.ListingFailed failed) {
    if (awaited(steps, failed.look())) {
      Instant next = steps.now().plus(policy.retryInterval());
      steps.record(new CycleEvent.ListingFailed(failed.failure(), next));
    }
  }

  private static boolean awaited(Steps steps, int look) {
    return steps.state().topology() != null && steps.state().listing().look() == look;
  }

  /** A look that is out may have missed the verdict. */
  private static void onVerdictRecorded(Steps steps, CycleInput.VerdictRecorded recorded) {
    int waiting = steps.state().verdicts().waiting().size();
    Verdicts.onRecorded(steps, recorded);
    if (steps.state().verdicts().waiting().size() < waiting) {
      look(steps);
    }
  }

  private void onPlaced(Steps steps, CycleInput.Placed placed) {
    Optional<Seeking> seeking = asked(steps, placed.token());
    if (seeking.isEmpty()) {
      return;
    }
    Plan plan = seeking.get().plan();
    Optional<SeedingAssigned> assignment = sources.assignment(steps.state(), plan, placed);
    steps.record(
        assignment.isPresent()
            ? new CycleEvent.AttemptAssigned(
                assignment.get(),
                sources.checks(steps.state(), assignment.get()),
                plan.aim(),
                reports.timeoutAt(steps),
                steps.now())
            : new CycleEvent.Retried()); // the world changed meanwhile
  }

  private void onNotPlaced(Steps steps, CycleInput.NotPlaced notPlaced) {
    if (asked(steps, notPlaced.token()).isPresent()) {
      block(steps, notPlaced.failure());
    }
  }

  /** A backup of an attempt that was given up is found in the repository like any other. */
  private void onCreated(Steps steps, CycleInput.Created created) {
    if (steps.state().topology() != null) {
      reports.onCreated(steps, created.backup());
      look(steps);
    }
  }

  /** The repository itself may show it at once. */
  private static void onReplicaFailed(Steps steps, SeedingFailed failed) {
    if (Condemnations.suspect(steps, failed)) {
      look(steps);
    }
  }

  private void onTimer(Steps steps) {
    Instant nextReadAt = steps.state().listing().nextReadAt();
    if (nextReadAt != null && !nextReadAt.isAfter(steps.now())) {
      look(steps);
    }
    if (steps.state().cycle() instanceof Active active
        && !active.life().timeoutAt().isAfter(steps.now())) {
      failures.fail(steps, active, active.life().stage(), BlockingReasons.silent(active, policy));
    }
  }

  /**
   * Effects that were out when the shard moved here are lost: they go out again. An attempt is
   * given its time anew, since its signs of life of the meantime are still to be read.
   */
  private void onResumed(Steps steps) {
    if (steps.state().topology() == null) {
      return;
    }
    steps.record(
        new CycleEvent.TakenUp(
            steps.now(), steps.now().plus(policy.attempts().cycleRetryInterval())));
    look(steps);
    if (!steps.state().verdicts().waiting().isEmpty()) {
      steps.record(new CycleEvent.VerdictRetried());
    }
    switch (steps.state().cycle()) {
      case Active active -> {
        Cycle.Life life = new Cycle.Life(active.life().stage(), reports.timeoutAt(steps));
        steps.record(new CycleEvent.ProgressSeen(life));
      }
      case Seeking _, Idle _, Exhausted _ -> {}
    }
  }

  private static void look(Steps steps) {
    Topology topology = steps.state().topology();
    if (topology != null) {
      steps.record(new CycleEvent.ListingAsked());
      steps.request(
          new CycleEffect.ListBackups(
              topology.shard(),
              steps.state().listing().look(),
              steps.state().backups().allUsable(),
              new CycleEffect.Fit(topology.primary(), steps.state().backups().unusable())));
    }
  }

  /** What the state itself calls for, whatever the input was. */
  private void pursue(Steps steps) {
    Topology topology = steps.state().topology();
    if (topology == null) {
      return;
    }
    Verdicts.pursue(steps, topology.shard());
    Beginning.dropUnneeded(steps);
    Beginning.pursue(steps, topology, schedule);
    if (steps.state().cycle() instanceof Seeking seeking && seeking.due(steps.now())) {
      seek(steps, seeking, topology);
    }
  }

  private void seek(Steps steps, Seeking seeking, Topology topology) {
    if (topology.primary() == null) {
      block(steps, BlockingReasons.noPrimary(topology));
      return;
    }
    Plan plan = seeking.plan();
    Optional<ServerAddress> source = sources.choose(steps, plan, topology);
    if (source.isEmpty()) {
      block(steps, BlockingReasons.noDonor(topology, policy));
      return;
    }
    steps.record(new CycleEvent.PlaceAsked());
    steps.request(
        new CycleEffect.FindPlace(
            topology.shard(),
            new CycleInput.Token(plan.seeding(), plan.attempt() + 1, source.get()),
            sources.room(steps.state(), plan),
            topology.members(),
            new HashSet<>(plan.hostsFailed())));
  }

  private void block(Steps steps, Failure failure) {
    Instant retryAt = steps.now().plus(policy.retryInterval());
    steps.record(new CycleEvent.Blocked(failure, retryAt));
  }

  private static Optional<Seeking> asked(Steps steps, CycleInput.Token token) {
    return steps.state().cycle() instanceof Seeking seeking
            && seeking.asked()
            && seeking.plan().seeding().equals(token.seeding())
            && seeking.plan().attempt() + 1 == token.attempt()
        ? Optional.of(seeking)
        : Optional.empty();
  }
}
