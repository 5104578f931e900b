package io.reseed.validator;

import io.reseed.events.BackupCreated;
import io.reseed.events.Failure;
import io.reseed.events.FailureClass;
import io.reseed.events.SeedingAssigned;
import io.reseed.events.SeedingAssigned.Goal;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.events.SeedingStage;
import io.reseed.events.ServerAddress;
import io.reseed.events.ValidationFailed;
import io.reseed.shardruntime.Decision;
import io.reseed.shardruntime.ShardMachine;
import io.reseed.validator.Cycle.Active;
import io.reseed.validator.Cycle.Exhausted;
import io.reseed.validator.Cycle.Idle;
import io.reseed.validator.Cycle.Making;
import io.reseed.validator.Cycle.Seeking;
import io.reseed.validator.Cycle.Snapshotting;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides about the backups of one shard: keeps a picture of what the repository holds, and while
 * that is nothing usable has a dedicated server cloned from a replica, caught up, stopped and
 * snapshotted. At most one attempt is assigned at a time; only its results count.
 */
final class CycleMachine implements ShardMachine<CycleState, CycleInput, CycleEvent, CycleEffect> {
  private final CyclePolicy policy;

  CycleMachine(CyclePolicy policy) {
    this.policy = policy;
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
    return Stream.concat(
            state.cycle().wakeAt().stream(), Optional.ofNullable(state.listing().lookAt()).stream())
        .min(Instant::compareTo);
  }

  @Override
  public Decision<CycleEvent, CycleEffect> decide(CycleState state, CycleInput input, Instant now) {
    Steps steps = new Steps(state, now);
    switch (input) {
      case CycleInput.ShardSeen seen -> onShardSeen(steps, seen.topology());
      case CycleInput.ShardGone _ -> onShardGone(steps);
      case CycleInput.Listed listed -> onListed(steps, listed);
      case CycleInput.ListingFailed failed -> onListingFailed(steps, failed);
      case CycleInput.Placed placed -> onPlaced(steps, placed);
      case CycleInput.NotPlaced notPlaced -> onNotPlaced(steps, notPlaced);
      case CycleInput.SignOfLife sign -> onSignOfLife(steps, sign);
      case CycleInput.CaughtUp caughtUp -> onCaughtUp(steps, caughtUp);
      case CycleInput.Created created -> onCreated(steps, created.backup());
      case CycleInput.Failed failed ->
          active(steps, failed.failed().seeding(), failed.failed().attempt())
              .ifPresent(a -> fail(steps, a, failed.failed().stage(), failed.failed().failure()));
      case CycleInput.TimerFired _ -> onTimer(steps);
      case CycleInput.Resumed _ -> onResumed(steps);
    }
    pursue(steps);
    if (!CycleStatus.samePicture(state, steps.state())) {
      steps.add(new CycleEvent.PictureChanged(now));
    }
    return steps.decision();
  }

  private void onShardSeen(Steps steps, Topology topology) {
    boolean first = steps.state().topology() == null;
    if (topology.equals(steps.state().topology())) {
      return;
    }
    steps.add(new CycleEvent.ShardChanged(topology));
    if (first) {
      look(steps);
    }
    switch (steps.state().cycle()) {
      case Seeking seeking when seeking.obstacle() != null && !seeking.asked() ->
          steps.add(new CycleEvent.LookedAgain());
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
    SeedingAssigned old = active.assignment();
    ServerAddress source = topology.lost(old.source()) ? primary : old.source();
    if (!primary.equals(old.primary()) || !source.equals(old.source())) {
      steps.add(new CycleEvent.Repointed(old.repointed(primary, source), steps.now()));
    }
  }

  private static void onShardGone(Steps steps) {
    if (steps.state().topology() == null) {
      return;
    }
    if (steps.state().cycle() instanceof Active active) {
      steps.add(new CycleEvent.AttemptWithdrawn(active.assignment()));
    }
    steps.add(new CycleEvent.ShardForgotten());
  }

  private void onListed(Steps steps, CycleInput.Listed listed) {
    if (awaited(steps, listed.look())) {
      Instant next = steps.now().plus(policy.catalogueInterval());
      steps.add(new CycleEvent.ListingRead(listed.backups(), next));
    }
  }

  private void onListingFailed(Steps steps, CycleInput.ListingFailed failed) {
    if (awaited(steps, failed.look())) {
      Instant next = steps.now().plus(policy.retryInterval());
      steps.add(new CycleEvent.ListingFailed(failed.failure(), next));
    }
  }

  private static boolean awaited(Steps steps, int look) {
    return steps.state().topology() != null && steps.state().listing().look() == look;
  }

  private void onPlaced(Steps steps, CycleInput.Placed placed) {
    Topology topology = steps.state().topology();
    Optional<Seeking> seeking = asked(steps, placed.token());
    if (seeking.isEmpty() || topology == null) {
      return;
    }
    ServerAddress primary = topology.primary();
    ServerAddress donor = placed.token().donor();
    if (primary == null || !topology.mayDonate(donor)) {
      steps.add(new CycleEvent.LookedAgain()); // the world changed meanwhile
      return;
    }
    SeedingAssigned assignment =
        new SeedingAssigned(
            topology.shard(),
            placed.token().seeding(),
            placed.token().attempt(),
            SeedingPurpose.VALIDATION,
            Goal.MAKE,
            placed.host(),
            primary,
            donor,
            new SeedingOrigin.Donor(donor),
            null);
    steps.add(
        new CycleEvent.AttemptAssigned(
            assignment, seeking.get().plan().reason(), silentAt(steps), steps.now()));
  }

  private void onNotPlaced(Steps steps, CycleInput.NotPlaced notPlaced) {
    if (asked(steps, notPlaced.token()).isPresent()) {
      obstruct(steps, notPlaced.failure());
    }
  }

  private void onSignOfLife(Steps steps, CycleInput.SignOfLife sign) {
    active(steps, sign.seeding(), sign.attempt())
        .filter(active -> mayBeIn(active, sign.stage()))
        .ifPresent(
            _ ->
                steps.add(new CycleEvent.LifeHeard(new Cycle.Life(sign.stage(), silentAt(steps)))));
  }

  /** Late words of an earlier stage's service are no sign of life of the present one. */
  private static boolean mayBeIn(Active active, SeedingStage stage) {
    return switch (active) {
      case Making making ->
          stage.compareTo(making.life().stage()) >= 0 && stage != SeedingStage.SNAPSHOT;
      case Snapshotting _ -> stage == SeedingStage.SNAPSHOT;
    };
  }

  private void onCaughtUp(Steps steps, CycleInput.CaughtUp caughtUp) {
    active(steps, caughtUp.seeding(), caughtUp.attempt())
        .filter(Making.class::isInstance)
        .ifPresent(
            making ->
                steps.add(
                    new CycleEvent.SnapshotOrdered(
                        making.assignment().withGoal(Goal.SNAPSHOT),
                        silentAt(steps),
                        steps.now())));
  }

  /** A backup of an attempt that was given up is found in the repository like any other. */
  private static void onCreated(Steps steps, BackupCreated created) {
    if (steps.state().topology() == null) {
      return;
    }
    active(steps, created.seeding(), created.attempt())
        .filter(Snapshotting.class::isInstance)
        .ifPresent(
            active ->
                steps.add(new CycleEvent.BackupMade(active.assignment(), Listing.backup(created))));
    look(steps);
  }

  private void onTimer(Steps steps) {
    Instant lookAt = steps.state().listing().lookAt();
    if (lookAt != null && !lookAt.isAfter(steps.now())) {
      look(steps);
    }
    if (steps.state().cycle() instanceof Active active
        && !active.life().silentAt().isAfter(steps.now())) {
      fail(steps, active, active.life().stage(), Obstacles.silent(active, policy));
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
    look(steps);
    switch (steps.state().cycle()) {
      case Seeking seeking when seeking.asked() -> steps.add(new CycleEvent.LookedAgain());
      case Active active ->
          steps.add(
              new CycleEvent.LifeHeard(new Cycle.Life(active.life().stage(), silentAt(steps))));
      case Seeking _, Idle _, Exhausted _ -> {}
    }
  }

  private static void look(Steps steps) {
    Topology topology = steps.state().topology();
    if (topology != null) {
      steps.add(new CycleEvent.ListingAsked());
      steps.act(new CycleEffect.ListBackups(topology.shard(), steps.state().listing().look()));
    }
  }

  private void fail(Steps steps, Active active, SeedingStage stage, Failure failure) {
    SeedingAssigned assignment = active.assignment();
    int failures = active.plan().failed(assignment, failure).failures();
    boolean hopeless = failure.failureClass() == FailureClass.BUG;
    if (hopeless || failures >= policy.attempts().max()) {
      ValidationFailed announcement =
          new ValidationFailed(
              assignment.shard(),
              assignment.seeding(),
              null,
              false,
              stage,
              failure,
              ValidationFailed.Next.LATER_CYCLE);
      Instant retryAt = steps.now().plus(policy.attempts().cycleRetryInterval());
      steps.add(new CycleEvent.CycleFailed(assignment, announcement, retryAt, steps.now()));
    } else {
      Instant retryAt = steps.now().plus(policy.backoff(failures));
      steps.add(new CycleEvent.AttemptFailed(assignment, failure, retryAt));
    }
  }

  /** What the state itself calls for, whatever the input was. */
  private void pursue(Steps steps) {
    Topology topology = steps.state().topology();
    if (topology == null) {
      return;
    }
    begin(steps, topology);
    if (steps.state().cycle() instanceof Seeking seeking && seeking.due(steps.now())) {
      seek(steps, seeking, topology);
    }
  }

  private void begin(Steps steps, Topology topology) {
    Listing listing = steps.state().listing();
    switch (steps.state().cycle()) {
      case Idle _ when listing.lacksBackup() -> begin(steps, topology, "it has no usable backup");
      case Exhausted exhausted when listing.hasUsable() -> steps.add(new CycleEvent.CycleDropped());
      case Exhausted exhausted
          when listing.lacksBackup() && !exhausted.retryAt().isAfter(steps.now()) ->
          begin(steps, topology, "it has no usable backup, and the last cycle failed");
      case Seeking seeking when listing.hasUsable() -> steps.add(new CycleEvent.CycleDropped());
      case Idle _, Exhausted _, Seeking _, Making _, Snapshotting _ -> {}
    }
  }

  private static void begin(Steps steps, Topology topology, String reason) {
    steps.add(new CycleEvent.CycleBegun(Plan.begin(topology.shard(), reason, steps.now())));
  }

  private void seek(Steps steps, Seeking seeking, Topology topology) {
    if (topology.primary() == null) {
      obstruct(steps, Obstacles.noPrimary(topology));
      return;
    }
    Optional<ServerAddress> donor = donor(seeking.plan(), topology, steps.now());
    if (donor.isEmpty()) {
      obstruct(steps, Obstacles.noDonor(topology, policy));
      return;
    }
    Plan plan = seeking.plan();
    steps.add(new CycleEvent.PlaceAsked());
    steps.act(
        new CycleEffect.FindPlace(
            topology.shard(),
            new CycleInput.Token(plan.seeding(), plan.attempt() + 1, donor.get()),
            topology.members(),
            new HashSet<>(plan.hostsFailed())));
  }

  private Optional<ServerAddress> donor(Plan plan, Topology topology, Instant now) {
    List<ServerAddress> replicas = topology.healthyReplicas();
    if (!replicas.isEmpty()) {
      return plan.leastFailed(replicas);
    }
    boolean waitedLong =
        topology.replicasDesired() == 0
            || !plan.begunAt().plus(policy.donor().replicaWaitMax()).isAfter(now);
    return policy.donor().primaryAllowed() && waitedLong
        ? Optional.ofNullable(topology.primary())
        : Optional.empty();
  }

  private void obstruct(Steps steps, Failure failure) {
    Instant retryAt = steps.now().plus(policy.retryInterval());
    steps.add(new CycleEvent.Obstructed(failure, retryAt));
  }

  private Instant silentAt(Steps steps) {
    return steps.now().plus(policy.progressSilenceMax());
  }

  private static Optional<Seeking> asked(Steps steps, CycleInput.Token token) {
    return steps.state().cycle() instanceof Seeking seeking
            && seeking.asked()
            && seeking.plan().seeding().equals(token.seeding())
            && seeking.plan().attempt() + 1 == token.attempt()
        ? Optional.of(seeking)
        : Optional.empty();
  }

  private static Optional<Active> active(Steps steps, String seeding, int attempt) {
    return steps.state().cycle() instanceof Active active
            && active.assignment().seeding().equals(seeding)
            && active.assignment().attempt() == attempt
        ? Optional.of(active)
        : Optional.empty();
  }
}
